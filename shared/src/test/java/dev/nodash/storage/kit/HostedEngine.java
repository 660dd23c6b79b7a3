package dev.nodash.storage.kit;

/** An engine of some kind, wherever it runs: a process of this machine, or a container under the profile {@code docker}. */
public abstract class HostedEngine implements Engine {
  private final Engine server;

  protected HostedEngine(Engine server) {
    this.server = server;
  }

  @Override
  public String url() {
    return server.url();
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public void kill() {
    server.kill();
  }

  @Override
  public void freeze() {
    server.freeze();
  }

  @Override
  public void thaw() {
    server.thaw();
  }

  @Override
  public void restart() {
    server.restart();
  }

  @Override
  public void close() {
    server.close();
  }
}
