package dev.nodash.storage.flatfile;

import dev.nodash.model.Event;
import dev.nodash.model.Tenant;
import dev.nodash.storage.EventReader;
import dev.nodash.storage.Page;
import dev.nodash.storage.PageCollector;
import dev.nodash.storage.StoreUnavailable;
import dev.nodash.storage.flatfile.EventLine.Corrupt;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads events out of the partitions while they are written to: whole lines, all of which are durable, there or in the
 * journal. Every page reads all days that the query's times touch.
 */
final class EventPages implements EventReader {
  private static final Logger LOG = LoggerFactory.getLogger(EventPages.class);

  private final DataFolder folder;

  EventPages(DataFolder folder) {
    this.folder = folder;
  }

  @Override
  public Page<Event> events(Tenant tenant, Query query) {
    var page = PageCollector.of(query);
    try {
      for (var partition : Partition.of(folder.disk(), folder.root(), Names.of(tenant), day -> touches(day, query))) {
        read(partition.in(folder.root()), page);
      }
    } catch (IOException e) {
      throw new StoreUnavailable("cannot read the events beneath " + folder.root(), e);
    }
    return page.page();
  }

  private void read(Path path, PageCollector<Event> page) throws IOException {
    try (var file = folder.disk().openForReading(path)) {
      Lines.forEach(file, file.size(), (number, line) -> {
        try {
          page.add(EventLine.decode(line));
        } catch (Corrupt e) {
          LOG.debug("{} line {} is corrupt and left out: {}", path, number, e.getMessage());
        }
        return true;
      });
    } catch (NoSuchFileException e) {
      LOG.debug("{} was removed while its folder was read", path);
    }
  }

  private static boolean touches(LocalDate day, Query query) {
    return query.from().map(from -> !day.isBefore(Partition.dayOf(from))).orElse(true)
        && query.to().map(to -> !day.isAfter(Partition.dayOf(to))).orElse(true);
  }
}
