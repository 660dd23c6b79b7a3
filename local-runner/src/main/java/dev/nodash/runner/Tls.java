package dev.nodash.runner;

import dev.nodash.config.ConfigurationException;
import dev.nodash.config.Settings;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * TLS 1.3 (RFC 8446), and nothing older, from a bundle that Spring reads and watches: connections that begin after its files
 * were replaced get the new certificate.
 */
final class Tls {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
  private static final String BUNDLE = "nodash";
  private static final String PROPERTY = "spring.ssl.bundle.pem." + BUNDLE + ".";
  private static final String VERSION = "TLSv1.3";

  private volatile SslContext context;

  /**
   * Reads the bundle.
   *
   * @param registry fails where Spring could not read it
   * @throws ConfigurationException if it cannot be used
   */
  Tls(ObjectProvider<SslBundles> registry) {
    try {
      var bundles = registry.getObject();
      context = context(bundles.getBundle(BUNDLE));
      bundles.addBundleUpdateHandler(BUNDLE, this::renew);
    } catch (SSLException | RuntimeException e) {
      throw new ConfigurationException(List.of("TLS_CERTIFICATE_PATH, TLS_PRIVATE_KEY_PATH: " + words(e)));
    }
  }

  /** What makes Spring read the bundle from these files. */
  static Map<String, Object> properties(Settings.Tls tls) {
    var properties = new LinkedHashMap<String, Object>();
    properties.put(PROPERTY + "keystore.certificate", tls.certificate().toUri().toString());
    properties.put(PROPERTY + "keystore.private-key", tls.privateKey().toUri().toString());
    properties.put(PROPERTY + "keystore.verify-keys", true);
    properties.put(PROPERTY + "reload-on-update", true);
    return properties;
  }

  private static SslContext context(SslBundle bundle) throws SSLException {
    return SslContextBuilder.forServer(bundle.getManagers().getKeyManagerFactory()).protocols(VERSION).build();
  }

  private void renew(SslBundle bundle) {
    try {
      context = context(bundle);
      LOG.info("the TLS certificate has changed and is in force");
    } catch (SSLException | RuntimeException e) {
      LOG.error("the TLS certificate in the files cannot be used, the one before it holds: {}", words(e));
    }
  }

  private static String words(Throwable fault) {
    @Nullable
    Throwable cause = fault;
    while (cause.getCause() != null) {
      cause = Objects.requireNonNull(cause.getCause());
    }
    return String.valueOf(cause.getMessage());
  }

  SslHandler handler(Channel channel) {
    return context.newHandler(channel.alloc());
  }
}
