package dev.nodash.storage.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads a table of the schema. */
final class Table {
  private final PostgresDatabase database;
  private final String name;

  Table(PostgresDatabase database, String name) {
    this.database = database;
    this.name = database.schema() + "." + name;
  }

  /** Makes a value of the row that the result stands on. */
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** With its schema, for a statement. */
  String name() {
    return name;
  }

  long count(Where where) {
    return select("count(*)", where, "", row -> row.getLong(1)).getFirst();
  }

  /** The rows that match, with {@code end} after the conditions. */
  <T> List<T> select(String columns, Where where, String end, Reader<T> reader) {
    return database.read("SELECT " + columns + " FROM " + name + where.sql() + end, statement -> {
      where.bind(statement);
      var rows = new ArrayList<T>();
      for (var row = statement.executeQuery(); row.next();) {
        rows.add(reader.read(row));
      }
      return rows;
    });
  }
}
