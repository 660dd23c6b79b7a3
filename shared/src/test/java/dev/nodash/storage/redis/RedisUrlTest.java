package dev.nodash.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.SslVerifyMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {

  @Test
  void it_names_server_database_user_and_password() {
    var uri = new RedisUrl("redis://us%40er:pa%3Ass%2F@cache.example:6380/3").driverUri();
    assertThat(uri.getHost()).isEqualTo("cache.example");
    assertThat(uri.getPort()).isEqualTo(6380);
    assertThat(uri.getDatabase()).isEqualTo(3);
    assertThat(uri.isSsl()).isFalse();
    var credentials = uri.getCredentialsProvider().resolveCredentials().blockOptional().orElseThrow();
    assertThat(credentials.getUsername()).isEqualTo("us@er");
    assertThat(credentials.getPassword()).containsExactly("pa:ss/".toCharArray());
  }

  @Test
  void what_is_left_out_is_the_default() {
    var uri = new RedisUrl("redis://cache").driverUri();
    assertThat(uri.getPort()).isEqualTo(6379);
    assertThat(uri.getDatabase()).isZero();
  }

  @Test
  void tls_checks_the_server_unless_it_is_told_not_to() {
    var uri = new RedisUrl("rediss://cache.example").driverUri();
    assertThat(uri.isSsl()).isTrue();
    assertThat(uri.getVerifyMode()).isEqualTo(SslVerifyMode.FULL);
    assertThat(new RedisUrl("rediss://cache?verifyPeer=NONE").driverUri().getVerifyMode())
        .isEqualTo(SslVerifyMode.NONE);
  }

  @Test
  void its_text_hides_user_and_password() {
    assertThat(new RedisUrl("rediss://user:secret@cache.example:6380/3?clientName=x"))
        .hasToString("rediss://***@cache.example:6380/3");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "", "cache:6379", "http://:secret@cache", "redis-sentinel://:secret@cache#main", "redis-socket:///secret",
      "redis://", "redis://:secret@", "redis://:secret@cache:port", "redis://:secret@cache:70000",
      "redis://:secret@cache/x",
      "redis://:secret@cache/-1", "redis://:sec ret@cache", "redis://:%secret@cache", "redis://:secret@@cache",
      "redis://:secret@the_cache:6379", "rediss://:secret@cache?verifyPeer=MAYBE"
  })
  void nonsense_is_refused_without_its_secrets(String value) {
    assertThatThrownBy(() -> new RedisUrl(value)).isInstanceOf(IllegalArgumentException.class).hasNoCause()
        .hasMessageContaining("redis://").message().doesNotContain("secret");
  }
}
