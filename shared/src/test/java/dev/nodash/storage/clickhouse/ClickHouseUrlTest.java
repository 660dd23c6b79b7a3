package dev.nodash.storage.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClickHouseUrlTest {
  private static final ClickHouseUrl FULL = new ClickHouseUrl(false, "db.example", 8124, "writer", "s3cret",
      "analytics");

  @ParameterizedTest
  @ValueSource(strings = {"clickhouse://writer:s3cret@db.example:8124/analytics",
      "http://writer:s3cret@db.example:8124/analytics", "jdbc:clickhouse://writer:s3cret@db.example:8124/analytics",
      "jdbc:ch://db.example:8124/analytics?user=writer&password=s3cret",
      "jdbc:clickhouse:http://db.example:8124?database=analytics&user=writer&password=s3cret",
      "jdbc:ch:http://writer:s3cret@db.example:8124/analytics?ssl=false"})
  void all_forms_say_the_same(String url) {
    assertThat(ClickHouseUrl.parse(url)).isEqualTo(FULL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://db.example", "clickhouse://db.example?ssl=true",
      "jdbc:clickhouse:https://db.example/",
      "jdbc:ch://db.example:8443/default?ssl=true"})
  void tls_has_its_own_port(String url) {
    assertThat(ClickHouseUrl.parse(url))
        .isEqualTo(new ClickHouseUrl(true, "db.example", 8443, "default", "", "default"));
  }

  @Test
  void what_is_left_out_has_a_default() {
    assertThat(ClickHouseUrl.parse("clickhouse://db.example"))
        .isEqualTo(new ClickHouseUrl(false, "db.example", 8123, "default", "", "default"));
  }

  @Test
  void credentials_are_percent_decoded_and_not_shown() {
    var url = ClickHouseUrl.parse("clickhouse://us%40er:p%3Aw%2Fd%25%3F+%20@db.example:8123/d%20b");
    assertThat(url.user()).isEqualTo("us@er");
    assertThat(url.password()).isEqualTo("p:w/d%?+ ");
    assertThat(url.database()).isEqualTo("d b");
    assertThat(url).hasToString("http://db.example:8123/d b");
  }

  @Test
  void an_ipv6_address_keeps_its_brackets() {
    assertThat(ClickHouseUrl.parse("clickhouse://[::1]:8123").address()).isEqualTo("http://[::1]:8123");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "db.example:8123", "postgres://u:s3cret@db.example/x",
      "clickhouse://u:s3cret#x@db.example",
      "clickhouse://u:s3cret@a.example,b.example", "clickhouse://u:s3cret@db.example:99999", "clickhouse:///x",
      "clickhouse://u:%zzs3cret@db.example", "jdbc:postgresql://db.example/x?password=s3cret"})
  void what_is_no_url_is_refused_without_its_password(String url) {
    assertThatIllegalArgumentException().isThrownBy(() -> ClickHouseUrl.parse(url))
        .withMessageContaining("must be clickhouse://").withMessageNotContaining("s3cret").withNoCause();
  }

  @Test
  void the_native_port_and_unknown_parameters_are_named() {
    assertThatIllegalArgumentException().isThrownBy(() -> ClickHouseUrl.parse("clickhouse://u:s3cret@db.example:9000"))
        .withMessageContaining("9000").withMessageContaining("8123").withMessageNotContaining("s3cret");
    assertThatIllegalArgumentException().isThrownBy(() -> ClickHouseUrl.parse("https://db.example?sslmode=none"))
        .withMessageContaining("sslmode").withMessageNotContaining("none");
  }
}
