package dev.nodash.secrets;

import dev.nodash.aws.JsonCall;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The request for one secret, signed. */
final class SignedPost {
  /** Headers that the HTTP client sets itself. */
  private static final Set<String> CLIENTS_OWN = Set.of("host", "content-length");

  private SignedPost() {}

  /** Signs a request that nobody sends. */
  static void load() {
    var arn = SecretArn.parse("arn:aws:ssm:none:000000000000:parameter/none");
    of(URI.create(arn.endpoint()), arn, AwsCredentialsIdentity.create("none", "none"));
  }

  static HttpRequest of(URI endpoint, SecretArn arn, AwsCredentialsIdentity who) {
    var service = arn.service();
    var call = new JsonCall(endpoint, service.id(), arn.region(), service.target(), "1.1",
        service.question(arn.value()).value());
    var signed = call.signed(who);
    var request = HttpRequest.newBuilder(signed.getUri()).POST(BodyPublishers.ofByteArray(call.body()));
    signed.forEachHeader((name, values) -> {
      if (!CLIENTS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
        values.forEach(value -> request.header(name, value));
      }
    });
    return request.build();
  }
}
