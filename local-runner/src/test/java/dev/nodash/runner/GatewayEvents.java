package dev.nodash.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.ProxyRequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.RequestIdentity;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Http;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The events that API Gateway makes of a request, from AWS's own types. */
enum GatewayEvents {
  /** HTTP API: header names in lower case, several values of a header or parameter joined by commas, nulls left out. */
  PAYLOAD_2_0 {
    @Override
    byte[] event(ContractCase request) {
      var headers = new LinkedHashMap<String, String>();
      request.headers()
          .forEach(it -> headers.merge(it.getKey().toLowerCase(Locale.ROOT), it.getValue(), (a, b) -> a + "," + b));
      headers.put("content-length", Long.toString(request.body().size()));
      headers.put("x-forwarded-for", request.source());
      headers.put("x-forwarded-proto", "https");
      var query = new LinkedHashMap<String, String>();
      parameters(request).forEach((name, values) -> query.put(name, String.join(",", values)));
      var http = Http.builder().withMethod(request.method()).withPath(request.path()).withProtocol("HTTP/1.1")
          .withSourceIp(request.source()).withUserAgent("test").build();
      var context = RequestContext.builder().withStage("$default").withHttp(http).withRequestId("JKJaXmPLvHcESHA=")
          .withTimeEpoch(1_583_348_638_390L).build();
      var event = APIGatewayV2HTTPEvent.builder().withVersion("2.0").withRouteKey("ANY " + request.path())
          .withRawPath(request.path()).withRawQueryString(request.query()).withHeaders(headers)
          .withQueryStringParameters(query).withBody(text(request)).withIsBase64Encoded(request.isBinary())
          .withRequestContext(context).build();
      return SPARSE.writeValueAsBytes(event);
    }
  },

  /** REST API: header names as the client wrote them, each value by itself, null where there is nothing. */
  PAYLOAD_1_0 {
    @Override
    byte[] event(ContractCase request) {
      var headers = new LinkedHashMap<String, List<String>>();
      request.headers().forEach(it -> headers.computeIfAbsent(it.getKey(), _ -> new ArrayList<>()).add(it.getValue()));
      headers.put("X-Forwarded-For", List.of(request.source()));
      headers.put("X-Forwarded-Proto", List.of("https"));
      var query = parameters(request);
      var context = new ProxyRequestContext().withStage("prod").withHttpMethod(request.method())
          .withPath("/prod" + request.path()).withIdentity(new RequestIdentity().withSourceIp(request.source()));
      var event = new APIGatewayProxyRequestEvent().withVersion("1.0").withResource("/{proxy+}")
          .withPath(request.path()).withHttpMethod(request.method()).withHeaders(last(headers))
          .withMultiValueHeaders(headers).withBody(text(request)).withIsBase64Encoded(request.isBinary())
          .withRequestContext(context);
      if (!query.isEmpty()) {
        event.withQueryStringParameters(last(query)).withMultiValueQueryStringParameters(query);
      }
      return FULL.writeValueAsBytes(event);
    }
  };

  /** Fields are named as in the event, getters are not. */
  private static final JsonMapper FULL = JsonMapper.builder()
      .changeDefaultVisibility(it -> it.withVisibility(
          PropertyAccessor.ALL, Visibility.NONE)
          .withFieldVisibility(Visibility.ANY))
      .build();
  private static final JsonMapper SPARSE = FULL.rebuild()
      .changeDefaultPropertyInclusion(it -> it.withValueInclusion(JsonInclude.Include.NON_NULL)).build();

  abstract byte[] event(ContractCase request);

  private static String text(ContractCase request) {
    var bytes = request.body().bytes();
    return request.isBinary() ? Base64.getEncoder().encodeToString(bytes) : new String(bytes, UTF_8);
  }

  private static Map<String, List<String>> parameters(ContractCase request) {
    var all = new LinkedHashMap<String, List<String>>();
    Arrays.stream(request.query().split("&", -1)).filter(it -> !it.isEmpty()).map(it -> it.split("=", 2))
        .forEach(it -> all.computeIfAbsent(decoded(it[0]), _ -> new ArrayList<>()).add(decoded(it[1])));
    return all;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, UTF_8);
  }

  private static Map<String, String> last(Map<String, List<String>> values) {
    var map = new LinkedHashMap<String, String>();
    values.forEach((name, all) -> map.put(name, all.getLast()));
    return map;
  }
}
