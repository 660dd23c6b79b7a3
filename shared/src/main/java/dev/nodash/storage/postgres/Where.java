package dev.nodash.storage.postgres;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Conditions that hold together, and the values that their question marks stand for. */
final class Where {
  private final List<String> conditions = new ArrayList<>();
  private final List<Object> values = new ArrayList<>();

  Where and(String condition, Object... of) {
    conditions.add(condition);
    values.addAll(List.of(of));
    return this;
  }

  /** The condition if there is a value for it, else none. */
  Where andIf(String condition, Optional<?> value) {
    value.ifPresent(present -> and(condition, present));
    return this;
  }

  String sql() {
    return " WHERE " + String.join(" AND ", conditions);
  }

  void bind(PreparedStatement statement) throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i) instanceof Instant instant ? timestamp(instant) : values.get(i));
    }
  }

  static OffsetDateTime timestamp(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
