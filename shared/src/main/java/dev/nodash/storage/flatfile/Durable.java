package dev.nodash.storage.flatfile;

import dev.nodash.storage.flatfile.Disk.DiskFile;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that forces. A failure to force ends the store, see {@link Poison}; a caller that was interrupted does
 * not, nor does a folder that could not be opened, so that nobody tried.
 *
 * <p>That a name exists does not say that it is durable, since a process may have died before it forced the folder. So
 * every name is forced once in the life of this process, when it is first used, and remembered.
 */
final class Durable {
  private static final int REMEMBERED = 16_384;

  private final Disk disk;
  private final Poison poison;
  private final Path root;
  private final Set<Path> names = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Path, Boolean> eldest) {
      return size() > REMEMBERED;
    }
  }));

  /** Creates the root with all its parents. */
  Durable(Disk disk, Poison poison, Path root) throws IOException {
    this.disk = disk;
    this.poison = poison;
    this.root = root;
    create(root);
  }

  void force(DiskFile file, Path name) throws IOException {
    try {
      file.force();
    } catch (IOException e) {
      throw failed(name, e);
    }
  }

  void forceFolder(Path folder) throws IOException {
    try {
      disk.forceFolder(folder);
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  /** Makes a folder exist for good, and those above it. */
  void ensureFolder(Path folder) throws IOException {
    createFolders(folder);
    ensureNames(List.of(folder));
  }

  /** Makes a folder exist, and those above it, until the power is cut. */
  void createFolders(Path folder) throws IOException {
    if (!disk.exists(folder)) {
      createFolders(Disk.folderOf(folder));
      disk.createFolder(folder);
    }
  }

  /** Makes the names of existing files and folders durable, and those of the folders above them; forces a folder once. */
  void ensureNames(Collection<Path> paths) throws IOException {
    var missing = new LinkedHashSet<Path>();
    var folders = new LinkedHashSet<Path>();
    for (var path : paths) {
      var name = path;
      for (var in = name.getParent(); in != null && !name.equals(root) && !names.contains(name)
          && missing.add(name); in = name.getParent()) {
        folders.add(in);
        name = in;
      }
    }
    for (var folder : folders) {
      if (folder.startsWith(root)) {
        forceFolder(folder);
      } else {
        forceIfAllowed(folder);
      }
    }
    names.addAll(missing);
  }

  /** Another file has this name now. */
  void renamed(Path path) {
    names.remove(path);
  }

  private void create(Path folder) throws IOException {
    var parent = folder.getParent();
    if (parent == null) {
      return;
    }
    if (disk.exists(folder)) {
      forceIfAllowed(parent);
      return;
    }
    create(parent);
    disk.createFolder(folder);
    forceFolder(parent);
  }

  /** A process that died early may have made the root; but its parent may be one that we may not even open. */
  private void forceIfAllowed(Path folder) throws IOException {
    try {
      disk.forceFolder(folder);
    } catch (Disk.NotOpenedException e) {
      // Somebody else made the folder, long ago.
    }
  }

  private IOException failed(Path path, IOException cause) {
    if (!(cause instanceof ClosedByInterruptException) && !(cause instanceof Disk.NotOpenedException)) {
      poison.set("cannot force " + path, cause);
    }
    return cause;
  }
}
