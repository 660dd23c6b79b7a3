package dev.nodash.secrets;

import dev.nodash.json.JsonBuilder;
import dev.nodash.model.JsonText;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Names one secret: {@code arn:aws:secretsmanager:<region>:<account>:secret:<name>-<suffix>}, or
 * {@code arn:aws:ssm:<region>:<account>:parameter/<path>}, in any partition of AWS.
 *
 * @param service that keeps it
 * @param value the ARN itself, which is no secret
 */
public record SecretArn(Service service, String partition, String region, String value) {
  private static final Pattern SHAPE = Pattern
      .compile("arn:(aws[a-z-]*):(secretsmanager|ssm):([a-z0-9-]+):\\d{12}:(secret:|parameter/)[\\w/+=.@!-]+");

  /** What each service wants to be asked, by its own JSON protocol (version 1.1), and where in the answer the value is. */
  enum Service {
    SECRETS_MANAGER("secretsmanager", "secret:", "secretsmanager.GetSecretValue", "AWS_ENDPOINT_URL_SECRETS_MANAGER") {
      @Override
      JsonText question(String arn) {
        return new JsonBuilder().add("SecretId", arn).end();
      }
    },
    PARAMETER_STORE("ssm", "parameter/", "AmazonSSM.GetParameter", "AWS_ENDPOINT_URL_SSM") {
      @Override
      JsonText question(String arn) {
        return new JsonBuilder().add("Name", arn).add("WithDecryption", true).end();
      }
    };

    private final String id;
    private final String resource;
    private final String target;
    private final String endpointVariable;

    Service(String id, String resource, String target, String endpointVariable) {
      this.id = id;
      this.resource = resource;
      this.target = target;
      this.endpointVariable = endpointVariable;
    }

    abstract JsonText question(String arn);

    /** In ARNs, host names and signatures. */
    String id() {
      return id;
    }

    /** The operation, as the header {@code X-Amz-Target} names it. */
    String target() {
      return target;
    }

    /** The SDKs' own variable for another address of the service. */
    String endpointVariable() {
      return endpointVariable;
    }
  }

  /**
   * Reads an ARN.
   *
   * @throws IllegalArgumentException if it names neither a secret nor a parameter
   */
  public static SecretArn parse(String text) {
    var arn = SHAPE.matcher(text);
    if (arn.matches()) {
      var service = Arrays.stream(Service.values()).filter(it -> it.id.equals(arn.group(2))).findFirst().orElseThrow();
      if (service.resource.equals(arn.group(4))) {
        return new SecretArn(service, arn.group(1), arn.group(3), text);
      }
    }
    throw new IllegalArgumentException(
        "is the ARN of neither a secret of Secrets Manager nor a parameter of Systems Manager");
  }

  /** The service's own address in the secret's region. */
  String endpoint() {
    return "https://" + service.id() + "." + region
        + (partition.equals("aws-cn") ? ".amazonaws.com.cn" : ".amazonaws.com");
  }

  @Override
  public String toString() {
    return value;
  }
}
