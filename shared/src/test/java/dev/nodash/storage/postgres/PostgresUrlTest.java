package dev.nodash.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {

  private static PostgresUrl url(String hosts, String database, String user, String password,
      Map<String, String> parameters) {
    return new PostgresUrl(hosts, database, user, password, "nodash", parameters);
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgresql://u:p@db:5432/app", "postgres://u:p@db/app", "jdbc:postgresql://u:p@db/app",
      "jdbc:postgresql://db/app?user=u&password=p", "POSTGRES://u:p@db/app?", " postgres://u:p@db:05432/app\n"})
  void one_database_is_written_in_many_ways(String text) {
    assertThat(PostgresUrl.parse(text)).isEqualTo(url("db:5432", "app", "u", "p", Map.of()));
  }

  @Test
  void names_and_passwords_are_percent_decoded_and_a_plus_is_a_plus() {
    assertThat(PostgresUrl.parse("postgres://a%40b:p%2F%3A%25+%C3%A9@db/my%20app"))
        .isEqualTo(url("db:5432", "my app", "a@b", "p/:%+é", Map.of()));
    assertThat(PostgresUrl.parse("postgres://u:a@b:c@db/app").password()).isEqualTo("a@b:c");
  }

  @Test
  void what_is_left_out_is_as_libpq_has_it() {
    assertThat(PostgresUrl.parse("postgresql://u@")).isEqualTo(url("localhost:5432", "u", "u", "", Map.of()));
    assertThat(PostgresUrl.parse("postgresql:///app?user=u"))
        .isEqualTo(url("localhost:5432", "app", "u", "", Map.of()));
  }

  @Test
  void hosts_may_be_many_and_addresses_of_either_kind() {
    assertThat(PostgresUrl.parse("postgres://u@[::1]:6000,127.0.0.1,[fe80::2]/app").hosts())
        .isEqualTo("[::1]:6000,127.0.0.1:5432,[fe80::2]:5432");
  }

  @Test
  void parameters_are_the_drivers_and_libpqs() {
    assertThat(PostgresUrl.parse("postgres://u@db/app?sslmode=verify-full&sslrootcert=%2Fca.pem&channel_binding=require"
        + "&target_session_attrs=read-write&prepareThreshold=0").parameters())
        .isEqualTo(Map.of("sslmode", "verify-full", "sslrootcert", "/ca.pem", "channelBinding", "require",
            "targetServerType", "primary", "prepareThreshold", "0"));
  }

  @Test
  void the_schema_is_ours_unless_another_is_named() {
    assertThat(PostgresUrl.parse("postgres://u@db/app").schema()).isEqualTo("nodash");
    assertThat(PostgresUrl.parse("postgres://u@db/app?currentSchema=public"))
        .isEqualTo(new PostgresUrl("db:5432", "app", "u", "", "public", Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "mysql://u:secret@db/app", "postgres://secret@db:99999/app",
      "postgres://u:secret@db:port/app", "postgres://u:secret@d b/app", "postgres://u:%secret@db/app",
      "postgres://u:se?cret=secret@db/app", "postgres://u:secret/x@db/app", "postgres://u:secret@::1/app",
      "postgres://:secret@db/app", "postgres://db/app", "postgres://u:secret@db/app?sslmod=require",
      "postgres://u:secret@db/app?sslmode", "postgres://u:secret@db/app?currentSchema=a,b",
      "postgres://u:secret@db/app?currentSchema=x;drop", "postgres://u:secret@db,/app"})
  void what_is_wrong_is_said_without_credentials(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> PostgresUrl.parse(text)).withNoCause()
        .withMessageStartingWith("not postgresql://user:password@host:5432/database: ")
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("secret"));
  }

  @Test
  void its_text_form_has_no_password() {
    assertThat(PostgresUrl.parse("postgres://u:secret@db/app?sslpassword=secret"))
        .hasToString("postgresql://db:5432/app");
  }
}
