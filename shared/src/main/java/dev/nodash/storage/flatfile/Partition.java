package dev.nodash.storage.flatfile;

import dev.nodash.model.Tenant;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One tenant's events of one UTC day: {@code {tenant}/{yyyy}/{MM}/events-{yyyy-MM-dd}.jsonl}.
 *
 * @param tenant the name of the tenant's folder
 */
record Partition(String tenant, LocalDate day) {
  private static final Pattern TENANT = Pattern.compile("[a-z0-9_-]{1,64}|~[0-9a-f]{64}");
  private static final Pattern YEAR = Pattern.compile("\\d{4}");
  private static final Pattern MONTH = Pattern.compile("\\d{2}");
  private static final Pattern FILE = Pattern.compile("events-(\\d{4}-\\d{2}-\\d{2})\\.jsonl");

  /** Of the day that was asked for last, since most events are of the same. */
  private static volatile DayFile last = new DayFile(LocalDate.MIN, "");

  /** A day's file, in the folder of any tenant. */
  private record DayFile(LocalDate day, String path) {}

  static Partition of(Tenant tenant, Instant timestamp) {
    return new Partition(Names.of(tenant), dayOf(timestamp));
  }

  static LocalDate dayOf(Instant timestamp) {
    return LocalDate.ofInstant(timestamp, ZoneOffset.UTC);
  }

  Path in(Path root) {
    return root.resolve(name());
  }

  /** Its path in the root. */
  String name() {
    var file = last;
    if (!file.day.equals(day)) {
      var date = day.toString();
      file = new DayFile(day, '/' + date.substring(0, 4) + '/' + date.substring(5, 7) + "/events-" + date + ".jsonl");
      last = file;
    }
    return tenant + file.path;
  }

  /** Every partition of every tenant. */
  static List<Partition> all(Disk disk, Path root) throws IOException {
    var all = new ArrayList<Partition>();
    for (var folder : matching(disk, root, TENANT)) {
      all.addAll(of(disk, root, name(folder), _ -> true));
    }
    return all;
  }

  /** A tenant's partitions of the days asked for, in their order. */
  static List<Partition> of(Disk disk, Path root, String tenant, Predicate<LocalDate> days) throws IOException {
    var found = new ArrayList<Partition>();
    for (var year : matching(disk, root.resolve(tenant), YEAR)) {
      for (var month : matching(disk, year, MONTH)) {
        for (var file : matching(disk, month, FILE)) {
          dayOf(name(file)).filter(days).map(day -> new Partition(tenant, day)).filter(p -> p.in(root).equals(file))
              .ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private static List<Path> matching(Disk disk, Path folder, Pattern pattern) throws IOException {
    return disk.list(folder).stream().filter(path -> pattern.matcher(name(path)).matches()).toList();
  }

  private static Optional<LocalDate> dayOf(String file) {
    var matcher = FILE.matcher(file);
    try {
      return matcher.matches() ? Optional.of(LocalDate.parse(matcher.group(1))) : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }
}
