package dev.nodash.storage.kit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** Runs engines in containers; on the class path under the Maven profile {@code docker} only. */
public interface Containers {

  /** A new engine, empty and ready. */
  Engine start(Image image);

  /**
   * What to run.
   *
   * @param name of the image, with its tag
   * @param port that the engine listens to in the container
   * @param command in place of the image's own, unless it is empty
   * @param ready a command in the container that succeeds once the engine answers
   * @param url the engine's URL, with {@code %d} for the port on this machine
   */
  record Image(String name, int port, Map<String, String> environment, List<String> command, String ready,
      String url) {}

  /** Whatever runs containers here; empty where engines are processes. */
  static Optional<Containers> find() {
    return ServiceLoader.load(Containers.class).findFirst();
  }
}
