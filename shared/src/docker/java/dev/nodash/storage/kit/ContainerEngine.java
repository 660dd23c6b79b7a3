package dev.nodash.storage.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** An engine in a container of the local Docker, on a port of the loopback address that stays its own over restarts. */
final class ContainerEngine implements Engine {
  private final Containers.Image image;
  private final int port = freePort();
  private final WaitStrategy ready;
  private final GenericContainer<?> container;

  private ContainerEngine(Containers.Image image) {
    this.image = image;
    this.ready = Wait.forSuccessfulCommand(image.ready());
    this.container = new GenericContainer<>(DockerImageName.parse(image.name())).withEnv(image.environment())
        .waitingFor(ready);
    if (!image.command().isEmpty()) {
      container.setCommand(image.command().toArray(String[]::new));
    }
    container.setPortBindings(List.of("127.0.0.1:" + port + ":" + image.port()));
    container.start();
  }

  /** What the service loader finds. */
  public static final class Starter implements Containers {
    @Override
    public Engine start(Image image) {
      return new ContainerEngine(image);
    }
  }

  @Override
  public String url() {
    return image.url().formatted(port);
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void kill() {
    if (container.isRunning()) {
      DockerClientFactory.lazyClient().killContainerCmd(container.getContainerId()).exec();
      DockerClientFactory.lazyClient().waitContainerCmd(container.getContainerId()).start().awaitStatusCode();
    }
  }

  @Override
  public void freeze() {
    DockerClientFactory.lazyClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void thaw() {
    DockerClientFactory.lazyClient().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void restart() {
    kill();
    DockerClientFactory.lazyClient().startContainerCmd(container.getContainerId()).exec();
    ready.waitUntilReady(container);
  }

  @Override
  public void close() {
    container.stop();
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
