package dev.nodash.runner;

import static dev.nodash.runner.ContractCase.identify;
import static dev.nodash.runner.ContractCase.track;
import static dev.nodash.runner.TestTokens.SECRET;
import static dev.nodash.runner.TestTokens.token;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;

/** The contract as data: who may write, and who is turned away. */
final class CredentialCases {
  private static final String OK = "{\"event\":\"a\"}";
  private static final String KEY1 = "demo-api-key-tenant1";
  private static final String KEY2 = "demo-api-key-tenant2";
  private static final String REQUIRED = "Authentication required";
  private static final String FAILED = "Authentication failed";
  private static final String MISMATCH = "Tenant mismatch";
  private static final String CLAIMS = "{\"tenantId\":\"tenant1\",\"sub\":\"alice\",\"exp\":4102444800}";

  private CredentialCases() {}

  static List<ContractCase> all() {
    return List.of(
        track("no credential", OK).without("x-api-key").refused(401, REQUIRED),
        identify("no credential", "{\"userId\":\"u\"}").without("x-api-key").refused(401, REQUIRED),
        track("an empty key", OK).instead("x-api-key", "").refused(401, REQUIRED),
        track("a wrong key", OK).instead("x-api-key", "wrong").refused(401, FAILED),
        track("a key of another tenant", OK).instead("x-api-key", KEY2).refused(403, MISMATCH),
        track("a key in X-Write-Key", OK).without("x-api-key").header("X-Write-Key", KEY1).answers(200),
        bearer("a key as a bearer", KEY1).answers(200),
        basic("a write key by Basic", KEY1 + ":").answers(200),
        basic("a write key by Basic without the header", KEY1 + ":ignored").without("x-tenant-id").answers(200),
        basic("a wrong write key by Basic", "wrong:").refused(401, FAILED),
        track("Basic that is no base64", OK).without("x-api-key").header("Authorization", "Basic !!!").refused(401,
            FAILED),
        track("another scheme", OK).without("x-api-key").header("Authorization", "Digest a").refused(401, REQUIRED),
        track("stray Basic beside a key", OK).header("Authorization", "Basic dXNlcjpwYXNz").answers(200),
        track("a wrong bearer beside a key", OK).header("Authorization", "Bearer wrong").answers(200),
        track("a wrong key beside a bearer", OK).instead("x-api-key", "wrong").header("Authorization", "Bearer " + KEY1)
            .answers(200),
        track("a write key in the body", "{\"event\":\"a\",\"writeKey\":\"" + KEY1 + "\"}").anonymous().answers(200),
        track("a wrong write key in the body", "{\"event\":\"a\",\"writeKey\":\"wrong\"}").anonymous().refused(401,
            FAILED),
        beacon("a beacon", "writeKey=" + KEY1).answers(200),
        beacon("a beacon with two keys in its query", "writeKey=" + KEY1 + "&writeKey=wrong").answers(200),
        beacon("a beacon with an encoded key", "a=b&writeKey=demo%2Dapi%2Dkey%2Dtenant1").answers(200),
        beacon("a query key that is no beacon's", "writeKey=" + KEY1).instead("Content-Type", "application/json")
            .refused(401, REQUIRED),
        track("two tenants' keys", OK).header("X-Write-Key", KEY2).refused(403, MISMATCH),
        track("two tenants' keys, one in the body", "{\"event\":\"a\",\"writeKey\":\"" + KEY2 + "\"}").refused(403,
            MISMATCH),
        bearer("a token", token(CLAIMS)).answers(200),
        bearer("a token of another tenant", token(CLAIMS.replace("tenant1", "tenant2"))).refused(403, MISMATCH),
        bearer("a token without the header", token(CLAIMS)).without("x-tenant-id").refused(400, "Missing tenant ID"),
        bearer("an expired token", token(CLAIMS.replace("4102444800", "1000000000"))).refused(401, FAILED),
        bearer("a token without exp", token("{\"tenantId\":\"tenant1\"}")).refused(401, FAILED),
        bearer("a token without a tenant", token("{\"exp\":4102444800}")).refused(401, FAILED),
        bearer("a token not valid yet", token(CLAIMS.replace("}", ",\"nbf\":4102444700}"))).refused(401, FAILED),
        bearer("a token signed with another secret", token("{\"alg\":\"HS256\"}", CLAIMS, "HmacSHA256", "x".repeat(32)))
            .refused(401, FAILED),
        bearer("a token of another algorithm", token("{\"alg\":\"HS512\"}", CLAIMS, "HmacSHA512", SECRET))
            .refused(401, FAILED),
        bearer("a token that says HS512 and is HS256", token("{\"alg\":\"HS512\"}", CLAIMS, "HmacSHA256", SECRET))
            .refused(401, FAILED),
        bearer("an unsigned token", TestTokens.unsigned(CLAIMS)).refused(401, FAILED),
        bearer("a token with a changed payload", changed()).refused(401, FAILED),
        bearer("no token", "a.b.c").refused(401, FAILED),
        track("a key beside an expired token", OK)
            .header("Authorization", "Bearer " + token(CLAIMS.replace("4102444800", "1000000000"))).answers(200),
        track("a key and a token of different tenants", OK)
            .header("Authorization", "Bearer " + token(CLAIMS.replace("tenant1", "tenant2"))).refused(403, MISMATCH));
  }

  private static ContractCase bearer(String name, String credential) {
    return track(name, OK).without("x-api-key").header("Authorization", "Bearer " + credential);
  }

  private static ContractCase basic(String name, String pair) {
    return track(name, OK).without("x-api-key").header("Authorization",
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
  }

  private static ContractCase beacon(String name, String query) {
    return ContractCase.bare(name, "POST", "/track").header("Content-Type", "text/plain;charset=UTF-8").query(query)
        .body(OK);
  }

  private static String changed() {
    var parts = token(CLAIMS).split("\\.", -1);
    var other = token(CLAIMS.replace("alice", "mallory")).split("\\.", -1);
    return parts[0] + "." + other[1] + "." + parts[2];
  }
}
