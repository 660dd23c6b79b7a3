package dev.nodash.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * A call of a service of AWS by its JSON protocol, which is a POST that Signature Version 4 signs. Clients of the SDK do
 * the same, and take several times as long to start.
 *
 * @param service as signatures name it
 * @param target the operation, as the header {@code X-Amz-Target} names it
 * @param version of the protocol, {@code 1.0} or {@code 1.1}
 */
public record JsonCall(URI endpoint, String service, String region, String target, String version, String json) {

  /** The body as it is sent. */
  public byte[] body() {
    return json.getBytes(UTF_8);
  }

  /** The request but for its body. */
  public SdkHttpRequest signed(AwsCredentialsIdentity who) {
    var plain = SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(endpoint.resolve("/"))
        .putHeader("Content-Type", "application/x-amz-json-" + version).putHeader("X-Amz-Target", target).build();
    return AwsV4HttpSigner.create()
        .sign(it -> it.identity(who).request(plain).payload(ContentStreamProvider.fromByteArray(body()))
            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
            .putProperty(AwsV4HttpSigner.REGION_NAME, region))
        .request();
  }
}
