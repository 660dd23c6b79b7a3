package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** template.yaml and samconfig.example.toml, as far as they can be checked without AWS. */
class TemplateTest {
  private static final Path ROOT = Path.of("..");
  private static final Path FILE = ROOT.resolve("template.yaml");
  private static final Pattern VARIABLE = Pattern.compile("^#?([A-Z_]+)=", Pattern.MULTILINE);
  private static final Pattern OVERRIDES = Pattern
      .compile("\\[(\\w+)\\.deploy\\.parameters\\][^\\[]*parameter_overrides = \\[(.*?)\\n\\]", Pattern.DOTALL);
  private static final Pattern OPERATION = Pattern
      .compile("(?:call|write|read|isMet)\\(\"([A-Z][A-Za-z]+)\"");
  /** Of those who read events and users, and of who makes tables, which on AWS is the stack. */
  private static final Set<String> ELSEWHERE = Set.of("Query", "CreateTable", "UpdateTimeToLive");
  private static final String ARN = "arn:aws:ssm:eu-central-1:123456789012:parameter/a";

  @Test
  void isWithoutFault() throws IOException {
    assertThat(faults(Files.readString(FILE))).isEmpty();
  }

  /** What somebody might break: what is replaced, by what, and a part of the fault. */
  static Stream<List<String>> mutations() {
    return Stream.of(
        List.of("!Ref NodeEnv\n        LOG", "!Ref NodeEnvironment\n        LOG", "there is no NodeEnvironment"),
        List.of("!GetAtt TrackLogs.Arn", "!GetAtt TrackLogs.Name", "there is no TrackLogs.Name"),
        List.of("!GetAtt HealthRole.Arn", "!GetAtt HealthRoles.Arn", "there is no HealthRoles.Arn"),
        List.of("https://${Api}", "https://${Gateway}", "there is no Gateway"),
        List.of("!If [HasCorsOrigins,", "!If [HasOrigins,", "there is no condition HasOrigins"),
        List.of("!Condition InVpc", "!Condition InNetwork", "there is no condition InNetwork"),
        List.of("    Condition: NeedsRights", "    Condition: NeedsNothing", "there is no condition NeedsNothing"),
        List.of("        RATE_LIMIT_MAX: !If [HasRateLimitMax, !Ref RateLimitMax, !Ref \"AWS::NoValue\"]\n", "",
            "Parameters/RateLimitMax: nothing uses it"),
        List.of("        CORS_ORIGINS: !If [HasCorsOrigins, !Ref CorsOrigins, !Ref \"AWS::NoValue\"]\n", "",
            "Conditions/HasCorsOrigins: nothing uses it"),
        List.of("Globals:\n", "Others:\n", "has no property Others"),
        List.of("    Timeout: 28", "    TimeOut: 28", "has no property TimeOut"),
        List.of("    Timeout: 28", "    Timeout: 29", "before the gateway gives up"),
        List.of("ApplyOn: Pub", "AppliesOn: Pub", "has no property AppliesOn"),
        List.of("ThrottlingBurstLimit:", "ThrottlingBurst:", "has no property ThrottlingBurst"),
        List.of("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Alarms", "nothing is known of AWS::CloudWatch::Alarms"),
        List.of("MinValue: 1\n", "Minimum: 1\n", "has no property Minimum"),
        List.of("{ApiId: !Ref Api, Method: ANY, Path: /track}", "{ApiId: !Ref Api, Method: ANY, Path: /tracks}",
            "no function has the route '/track'"),
        List.of("{ApiId: !Ref Api, Method: ANY, Path: /identify}", "{ApiId: !Ref Api, Method: POST, Path: /identify}",
            "/identify has to be for ANY method"),
        List.of("{ApiId: !Ref Api, Method: ANY, Path: /health}", "{ApiId: !Ref Api, Method: ANY, Path: /identify}",
            "/identify is a route twice"),
        List.of("Properties: {ApiId: !Ref Api}}", "Properties: {ApiId: !Ref Api, Method: ANY, Path: /x}}",
            "no function has the route ''"),
        List.of("{ApiId: !Ref Api, Method: ANY, Path: /}}", "{ApiId: !Ref NodeEnv, Method: ANY, Path: /}}",
            "/ belongs to no API"),
        List.of("functions/track/target/nodash-track.zip", "functions/track/target/nodash-identify.zip",
            "no zip that the build makes"),
        List.of("functions/health/target/nodash-health.zip", "functions/none/target/nodash-none.zip",
            "no zip that the build makes"),
        List.of("dev.nodash.track.TrackApplication", "dev.nodash.track.Application", "there is no class"),
        List.of("        STORE_USERS:", "        STORE_USER:", "nothing reads the variable STORE_USER"),
        List.of("ssm:GetParameter]", "ssm:GetParameters]", "nothing calls ssm:GetParameters"),
        List.of("ssm:GetParameter]", "ssm:DescribeParameters]", "nobody may call ssm:GetParameter"),
        List.of("Action: kms:Decrypt", "Action: \"kms:*\"", "nothing calls kms:*"),
        List.of("- dynamodb:PutItem", "- dynamodb:BatchWriteItem", "nothing calls dynamodb:BatchWriteItem"),
        List.of("!GetAtt EventsTable.Arn", "!GetAtt EventTable.Arn", "there is no EventTable.Arn"),
        List.of("Resource: !Ref SecretsKeyArn", "Resource: \"*\"", "on everything"),
        List.of("Resource: !GetAtt TrackLogs.Arn", "Resource: \"*\"", "on everything"),
        List.of("      RetentionInDays: !Ref LogRetentionDays\n", "", "keeps its lines for ever"),
        List.of("      LoggingConfig: {LogGroup: !Ref TrackLogs}\n", "", "has no log group of its own"),
        List.of("      Role: !GetAtt TrackRole.Arn\n", "", "has to have a role of its own"),
        List.of("$context.routeKey", "$context.path", "logs path, which may be personal"),
        List.of("$context.responseLength", "$context.identity.sourceIp", "logs identity.sourceIp"),
        List.of("      DefaultRouteSettings:", "      CorsConfiguration: true\n      DefaultRouteSettings:",
            "the functions answer preflights"),
        List.of("        RATE_LIMIT_MAX: !If", "        RATE_LIMIT_MAX: !FindInMap", "!FindInMap does not belong here"),
        List.of("Value: !Ref AccessLogs", "Value: {Ref: AccessLogs}", "in their short form"));
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void aBrokenOneIsRefused(List<String> mutation) throws IOException {
    var text = Files.readString(FILE);
    assertThat(text).contains(mutation.get(0));
    assertThat(faults(text.replace(mutation.get(0), mutation.get(1)))).asString().contains(mutation.get(2));
  }

  @Test
  void offersTheStoresThatThereAre() {
    var template = TemplateFile.read(FILE);
    Map.of("StoreEvents", Settings.EventBackend.values(), "StoreUsers", Settings.UserBackend.values(), "StoreRateLimit",
        Settings.LimiterBackend.values(), "StoreDeduplication", Settings.DeduplicatorBackend.values())
        .forEach((parameter, backends) -> assertThat(TemplatePromises.allowed(template, parameter))
            .containsExactlyInAnyOrderElementsOf(
                Arrays.stream(backends).map(it -> it.name().toLowerCase(Locale.ROOT)).toList()));
  }

  @Test
  void mayCallWhatTheCodeCalls() throws IOException {
    var code = Files.readString(ROOT.resolve("shared/src/main/java/dev/nodash/secrets/SecretArn.java"));
    var actions = new TreeSet<>(Set.of("secretsmanager:GetSecretValue", "ssm:GetParameter", "kms:Decrypt"));
    assertThat(code).contains("\"secretsmanager.GetSecretValue\"", "\"AmazonSSM.GetParameter\"",
        "\"WithDecryption\", true");
    var dynamoDb = ROOT.resolve("shared/src/main/java/dev/nodash/storage/dynamodb");
    try (var files = Files.list(dynamoDb)) {
      for (var file : files.toList()) {
        OPERATION.matcher(Files.readString(file)).results().map(it -> it.group(1))
            .filter(it -> !ELSEWHERE.contains(it))
            .forEach(it -> actions.add("dynamodb:" + (it.equals("BatchExecuteStatement") ? "PartiQLInsert" : it)));
      }
    }
    assertThat(TemplatePromises.CALLED).isEqualTo(actions);
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "production"})
  void theExampleOfEachEnvironmentIsTakenByTheRulesAndByNodash(String environment) throws IOException {
    var template = new SamTemplate(FILE, overrides(environment));
    assertThat(template.violations()).isEmpty();
    assertThat(template.functions()).hasSize(5).allSatisfy(function -> {
      var variables = new HashMap<>(function.environment());
      assertThat(variables).containsKeys("API_KEYS_ARN", "POSTGRES_URL_ARN", "REDIS_URL_ARN");
      variables.keySet().removeIf(it -> it.endsWith("_ARN"));
      variables.putAll(Map.of("AWS_LAMBDA_FUNCTION_NAME", "f", "API_KEYS", "a:b", "CLICKHOUSE_URL", "clickhouse://h",
          "POSTGRES_URL", "postgresql://u@h/d", "REDIS_URL", "redis://h"));
      assertThat(Settings.of(variables).environment().name()).isEqualToIgnoringCase(environment);
    });
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"ClickhouseUrlArn=|StoreEvents clickhouse needs ClickhouseUrlArn",
      "StoreEvents=bigquery BigqueryProject=a-project|StoreEvents bigquery needs BigqueryCredentialsArn",
      "StoreEvents=bigquery BigqueryCredentialsArn=" + ARN + "|StoreEvents bigquery needs BigqueryProject",
      "PostgresUrlArn=|a store that is postgres needs PostgresUrlArn",
      "RedisUrlArn=|a store that is redis needs RedisUrlArn",
      "ApiKeysArn= JwtSecretArn=|NodeEnv production needs ApiKeysArn, JwtSecretArn, JwtPublicKey or JwtJwksUrl",
      "CorsOrigins=*|NodeEnv production needs its CorsOrigins by name",
      "StoreEvents=flatfile|StoreEvents flatfile and memory need LambdaAllowEphemeral true",
      "StoreUsers=flatfile|StoreUsers flatfile and memory need LambdaAllowEphemeral true",
      "StoreDeduplication=memory|StoreDeduplication memory needs LambdaAllowEphemeral true",
      "StoreEvents=memory LambdaAllowEphemeral=true|memory keeps nothing and works with NodeEnv development and test only",
      "SecurityGroupIds=|SubnetIds and SecurityGroupIds are given together or not at all",
      "SubnetIds=|SubnetIds and SecurityGroupIds are given together or not at all"})
  void whatAFunctionWouldRefuseAtItsStartIsRefusedBefore(String changes, String violation) throws IOException {
    var parameters = overrides("production");
    parameters.putAll(pairs(changes.split(" ", -1)));
    assertThat(new SamTemplate(FILE, parameters).violations()).containsExactly(violation);
  }

  @Test
  void namesOnlyTheSecretsThatTheStoresChosenNeed() {
    var parameters = Map.of("StoreEvents", "postgres", "StoreUsers", "postgres", "StoreRateLimit", "memory",
        "StoreDeduplication", "memory", "PostgresUrlArn", ARN, "RedisUrlArn", ARN, "ClickhouseUrlArn", ARN,
        "ApiKeysArn",
        ARN);
    assertThat(new SamTemplate(FILE, parameters).functions()).allSatisfy(it -> assertThat(it.environment().keySet()
        .stream().filter(name -> name.endsWith("_ARN"))).containsExactlyInAnyOrder("API_KEYS_ARN", "POSTGRES_URL_ARN"));
  }

  private static List<String> faults(String text) throws IOException {
    var template = TemplateFile.parse(text);
    return Stream.of(TemplateCheck.faults(template), TemplateShape.faults(template),
        TemplatePromises.faults(template, ROOT, variables())).flatMap(List::stream).toList();
  }

  private static Set<String> variables() throws IOException {
    return VARIABLE.matcher(Files.readString(ROOT.resolve(".env.example"))).results().map(it -> it.group(1))
        .collect(Collectors.toSet());
  }

  private static Map<String, String> overrides(String environment) throws IOException {
    var text = Files.readString(ROOT.resolve("samconfig.example.toml"));
    var lines = OVERRIDES.matcher(text).results().filter(it -> it.group(1).equals(environment)).findFirst()
        .orElseThrow().group(2);
    return pairs(lines.lines().map(it -> it.strip().replaceAll("^\"|\",?$", "")).filter(it -> !it.isEmpty())
        .toArray(String[]::new));
  }

  private static Map<String, String> pairs(String... texts) {
    var pairs = new HashMap<String, String>();
    for (var text : texts) {
      int equals = text.indexOf('=');
      pairs.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return pairs;
  }
}
