package dev.nodash.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.http.HttpRequest;
import dev.nodash.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the events that Lambda is given, as AWS documents them. */
class GatewayInTest {
  /** Of synchronous invocations, what API Gateway adds included. */
  private static final int PAYLOAD_LIMIT = 6 << 20;

  @Test
  void readsAFunctionUrlsEvent() {
    var request = read("""
        {"version":"2.0","routeKey":"$default","rawPath":"/v1/track","rawQueryString":"a=1&a=2&b=%20",
         "cookies":["cookie1","cookie2=x"],"headers":{"x-forwarded-for":"203.0.113.7","Header1":"v1,v2"},
         "queryStringParameters":{"a":"1,2","b":" "},"requestContext":{"accountId":"123456789012",
         "apiId":"url-id","authentication":null,"domainName":"url-id.lambda-url.eu-central-1.on.aws",
         "domainPrefix":"url-id","http":{"method":"POST","path":"/v1/track","protocol":"HTTP/1.1",
         "sourceIp":"198.51.100.9","userAgent":"agent"},"requestId":"id","routeKey":"$default","stage":"$default",
         "time":"12/Mar/2020:19:03:58 +0000","timeEpoch":1583348638390},
         "body":"aGVsbG8=","pathParameters":null,"isBase64Encoded":true,"stageVariables":null}""");
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v1/track");
    assertThat(request.headers()).isEqualTo(Map.of("x-forwarded-for", "203.0.113.7", "header1", "v1,v2"));
    assertThat(request.query()).isEqualTo(Map.of("a", "1", "b", " "));
    assertThat(request.peer()).as("the gateway's word, not the client's header").isEqualTo("198.51.100.9");
    assertThat(request.secure()).isTrue();
    assertThat(new String(request.body().bytes(), UTF_8)).isEqualTo("hello");
  }

  @Test
  void joinsTheValuesOfFormat1AndReadsItsAddress() {
    var request = read(
        """
            {"version":"1.0","resource":"/v1/track","path":"/v1/track","httpMethod":"POST",
             "headers":{"Header1":"v2","Cookie":"b=2"},"multiValueHeaders":{"Header1":["v1","v2"],"Cookie":["a=1","b=2"]},
             "queryStringParameters":{"a":"2"},"multiValueQueryStringParameters":{"a":["1","2"]},
             "requestContext":{"identity":{"sourceIp":"198.51.100.9"},"stage":"prod"},"body":"hello","isBase64Encoded":false}""");
    assertThat(request.headers()).isEqualTo(Map.of("header1", "v1,v2", "cookie", "a=1,b=2"));
    assertThat(request.query()).isEqualTo(Map.of("a", "1"));
    assertThat(request.peer()).isEqualTo("198.51.100.9");
  }

  @Test
  void takesTheStageOffThePathOfFormat2() {
    var event = "{\"version\":\"2.0\",\"rawPath\":\"%s\",\"requestContext\":{\"stage\":\"%s\"}}";
    assertThat(read(event.formatted("/prod/v1/track", "prod")).path()).isEqualTo("/v1/track");
    assertThat(read(event.formatted("/prod", "prod")).path()).isEqualTo("/");
    assertThat(read(event.formatted("/product", "prod")).path()).isEqualTo("/product");
    assertThat(read(event.formatted("/v1/track", "$default")).path()).isEqualTo("/v1/track");
  }

  @Test
  void takesAnEventAsLargeAsLambdaTakes() {
    var bytes = new byte[PAYLOAD_LIMIT / 4 * 3 - 300];
    var event = """
        {"version":"2.0","rawPath":"/v1/track","isBase64Encoded":true,"requestContext":{"http":{"method":"POST"}},
         "body":"%s"}""".formatted(Base64.getEncoder().encodeToString(bytes));
    assertThat(event.length()).isBetween(PAYLOAD_LIMIT - 1000, PAYLOAD_LIMIT);
    assertThat(read(event).body().size()).isEqualTo(bytes.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"source\":\"serverless-plugin-warmup\"}",
      "{\"version\":\"0\",\"source\":\"aws.events\",\"detail-type\":\"Scheduled Event\",\"detail\":{}}"})
  void whatOnlyKeepsItWarmIsAnsweredBeforeTheFunction(String event) {
    var line = new WarmUp(_ -> {
      throw new AssertionError("was asked");
    });
    assertThat(line.apply(read(event))).isEqualTo(new HttpResponse(204, Map.of(), ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"source\":1}", "{\"Records\":[]}", "{}", "[]", "x", "",
      "{\"source\":\"aws.events\",\"httpMethod\":\"GET\",\"path\":\"/health\"}",
      "{\"source\":\"aws.events\",\"version\":\"2.0\",\"rawPath\":\"/health\",\"requestContext\":{}}"})
  void everythingElseIsTheFunctionsToAnswer(String event) {
    var answer = new HttpResponse(404, Map.of(), "");
    assertThat(new WarmUp(_ -> answer).apply(read(event))).isSameAs(answer);
  }

  private static HttpRequest read(String event) {
    return new GatewayIn().apply(new ByteArrayInputStream(event.getBytes(UTF_8)));
  }
}
