package dev.nodash.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nodash.middleware.ApiKeys.ApiKey;
import dev.nodash.middleware.TokenKey;
import dev.nodash.model.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String SECRET = "token-secret-that-nobody-may-ever-see";

  @TempDir
  private Path folder;

  @Test
  void aTokenSecretNeeds32BytesEverywhere() {
    assertThat(Settings.of(Map.of("JWT_SECRET", "s".repeat(32))).access().tokens()).isPresent();
    assertThat(Settings.of(Map.of("JWT_SECRET", "é".repeat(16))).access().tokens()).isPresent();
    assertThatThrownBy(() -> Settings.of(Map.of("JWT_SECRET", "s".repeat(31))))
        .hasMessageContaining("JWT_SECRET: must have at least 32 bytes");
  }

  @Test
  void tokensAreSignedByASecretOrByAnIssuersKeyAndNotByBoth() throws Exception {
    var key = Base64.getMimeEncoder().encodeToString(
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded());
    var pem = "-----BEGIN PUBLIC KEY-----\n" + key + "\n-----END PUBLIC KEY-----\n";
    assertThat(Settings.of(Map.of("NODE_ENV", "production", "JWT_PUBLIC_KEY", pem)).access().tokens()).isPresent();
    var file = Files.writeString(folder.resolve("key.pem"), pem);
    assertThat(Settings.of(Map.of("JWT_PUBLIC_KEY_FILE", file.toString())).access().tokens()).isPresent();
    assertThatThrownBy(() -> Settings.of(Map.of("JWT_PUBLIC_KEY", pem, "JWT_SECRET", SECRET)))
        .hasMessageContaining("JWT_PUBLIC_KEY: is set, and so is JWT_SECRET");
    assertThatThrownBy(() -> Settings.of(Map.of("JWT_JWKS_URL", "https://issuer.example/k", "JWT_SECRET", SECRET)))
        .hasMessageContaining("JWT_JWKS_URL: is set, and so is JWT_SECRET");
    assertThat(
        Settings.of(Map.of("NODE_ENV", "production", "JWT_JWKS_URL", "https://issuer.example/k")).access().tokens())
        .isPresent();
    assertThatThrownBy(() -> Settings.of(Map.of("JWT_JWKS_URL", "http://issuer.example/k")))
        .hasMessageContaining("JWT_JWKS_URL: must be an address of https");
    assertThatThrownBy(() -> Settings.of(Map.of("JWT_PUBLIC_KEY", "no key")))
        .hasMessageContaining("JWT_PUBLIC_KEY: must be a public key in PEM").hasMessageNotContaining("no key");
  }

  @Test
  void whatTokensHaveToSayIsSetBesideTheSecret() {
    var policy = Settings.of(Map.of("JWT_SECRET", SECRET, "JWT_ISSUER", "i", "JWT_AUDIENCE", "a")).access().tokens()
        .orElseThrow();
    assertThat(policy.issuer()).contains("i");
    assertThat(policy.audience()).contains("a");
    assertThat(policy.tenantClaim()).isEqualTo("tenantId");
    assertThat(Settings.of(Map.of("JWT_SECRET", SECRET, "JWT_TENANT_CLAIM", "org")).access().tokens().orElseThrow()
        .tenantClaim()).isEqualTo("org");
  }

  @Test
  void severalKeysATenantAndHashedOnesAreRead() {
    var hash = ApiKey.ofSecret(Tenant.of("x"), "hashed").sha256();
    var keys = Settings.of(Map.of("NODE_ENV", "staging", "API_KEYS", " a:one , a:two,b:sha256="
        + hash.toUpperCase(Locale.ROOT) + ",, c:with:colon")).access().apiKeys();
    assertThat(keys).containsExactly(ApiKey.ofSecret(Tenant.of("a"), "one"), ApiKey.ofSecret(Tenant.of("a"), "two"),
        ApiKey.ofSecret(Tenant.of("b"), "hashed"), ApiKey.ofSecret(Tenant.of("c"), "with:colon"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"very-secret", "a:", ":very-secret", "a b:very-secret", "../x:very-secret",
      "b:sha256=very-secret", "b:first,a:first"})
  void aFaultyKeyIsNamedByItsPlaceNeverByItsText(String entries) {
    assertThatThrownBy(() -> Settings.of(Map.of("API_KEYS", "a:first," + entries)))
        .isInstanceOf(ConfigurationException.class).hasMessageContaining("API_KEYS: ").message()
        .doesNotContain("very-secret").doesNotContain("first");
  }

  @Test
  void everySecretMayComeFromAFile() throws IOException {
    var secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    var keys = Files.writeString(folder.resolve("keys"), "a:one,\nb:two\n");
    var settings = Settings.of(
        Map.of("NODE_ENV", "production", "JWT_SECRET_FILE", secret.toString(), "API_KEYS_FILE", keys.toString()));
    assertThat(settings.access().apiKeys()).hasSize(2);
    assertThat(settings.access().tokens().orElseThrow().keys()).isEqualTo(TokenKey.ofSecret(SECRET.getBytes(UTF_8)));
  }

  @Test
  void aFileThatCannotBeReadOrAValueBesideItIsAFault() throws IOException {
    var missing = folder.resolve("hidden-place").toString();
    assertThatThrownBy(() -> Settings.of(Map.of("JWT_SECRET_FILE", missing, "API_KEYS_FILE", folder.toString())))
        .hasMessageContaining("JWT_SECRET_FILE: the file cannot be read")
        .hasMessageContaining("API_KEYS_FILE: the file cannot be read").message().doesNotContain("hidden-place");
    var file = Files.writeString(folder.resolve("secret"), SECRET).toString();
    assertThatThrownBy(() -> Settings.of(Map.of("JWT_SECRET", SECRET, "JWT_SECRET_FILE", file)))
        .hasMessageContaining("JWT_SECRET: is set, and so is JWT_SECRET_FILE; set one of them").message()
        .doesNotContain(SECRET);
    assertThatThrownBy(() -> Settings.of(Map.of("JWT_SECRET_FILE",
        Files.writeString(folder.resolve("short"), "short").toString()))).hasMessageContaining("32 bytes");
  }

  @Test
  void noneIsEverShown() {
    var settings = Settings.of(Map.of("JWT_SECRET", SECRET, "API_KEYS", "a:very-secret"));
    assertThat(settings.toString()).doesNotContain(SECRET).doesNotContain("very-secret")
        .doesNotContain(ApiKey.ofSecret(Tenant.of("a"), "very-secret").sha256()).contains("***");
    assertThat(settings.access().toString()).contains("apiKeys=***", "keys=***");
    assertThatThrownBy(() -> Settings.of(Map.of("JWT_SECRET", SECRET, "API_KEYS", "a:very-secret", "PORT", "x")))
        .message().doesNotContain("secret");
  }
}
