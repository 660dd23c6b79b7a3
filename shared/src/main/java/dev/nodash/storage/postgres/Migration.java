package dev.nodash.storage.postgres;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Makes and migrates the tables; the one class that knows Flyway, which a deployable that only verifies does not have. */
final class Migration {
  static final String HISTORY = "nodash_schema_history";
  private static final String NO_HISTORY_YET = "0";

  private Migration() {}

  /**
   * Brings the tables of the schema to the newest version.
   *
   * @throws IllegalStateException if Flyway cannot
   */
  static void run(DataSource source, String schema) {
    try {
      Flyway.configure().dataSource(source).schemas(schema).createSchemas(true).locations("classpath:db/postgres")
          .failOnMissingLocations(true).table(HISTORY).baselineOnMigrate(true).baselineVersion(NO_HISTORY_YET).load()
          .migrate();
    } catch (FlywayException e) {
      throw new IllegalStateException("Flyway cannot bring the tables", e);
    }
  }
}
