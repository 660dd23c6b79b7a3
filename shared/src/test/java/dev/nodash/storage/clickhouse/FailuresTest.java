package dev.nodash.storage.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.clickhouse.client.api.ConnectionInitiationException;
import com.clickhouse.client.api.DataTransferException;
import com.clickhouse.client.api.ServerException;
import dev.nodash.storage.DataRefused;
import dev.nodash.storage.OutcomeUnknown;
import dev.nodash.storage.StoreException;
import dev.nodash.storage.StoreUnavailable;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
  private static final ClickHouseUrl URL = ClickHouseUrl.parse("clickhouse://u:s3cret@db.example/x");

  private static StoreException classify(Throwable thrown, int parts) {
    return Failures.classify(thrown, parts, URL);
  }

  private static StoreException code(int code, int parts) {
    return classify(new SQLException(new ServerException(code, "row 1: secret value", 500, "q")), parts);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 27, 38, 41, 53, 69, 131, 469})
  void rows_that_the_engine_does_not_take_are_refused_for_their_data(int code) {
    assertThat(code(code, 1)).isInstanceOf(DataRefused.class);
    assertThat(code(code, 3)).isInstanceOf(DataRefused.class);
    assertThat(code(code, 0)).isInstanceOf(StoreUnavailable.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 81, 164, 202, 252, 497, 516})
  void what_is_refused_before_anything_is_written_is_not_written(int code) {
    assertThat(code(code, 1)).isInstanceOf(StoreUnavailable.class);
    assertThat(code(code, 3)).isInstanceOf(StoreUnavailable.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {241, 242, 243})
  void what_fails_at_a_part_is_not_written_if_it_is_the_only_one(int code) {
    assertThat(code(code, 1)).isInstanceOf(StoreUnavailable.class);
    assertThat(code(code, 2)).isInstanceOf(OutcomeUnknown.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {159, 209, 210, 319, 75, 999, 1000, 0})
  void all_other_answers_say_nothing_of_what_was_written(int code) {
    assertThat(code(code, 1)).isInstanceOf(OutcomeUnknown.class);
    assertThat(code(code, 0)).isInstanceOf(StoreUnavailable.class);
  }

  @Test
  void what_was_not_sent_is_not_written_and_what_was_may_be() {
    assertThat(classify(new ConnectionInitiationException("", new ConnectException()), 1))
        .isInstanceOf(StoreUnavailable.class);
    for (var lost : new Exception[]{new ConnectionInitiationException("", new NoHttpResponseException("")),
        new DataTransferException("", new SocketException()),
        new DataTransferException("", new SocketTimeoutException()),
        new TimeoutException(), new InterruptedException(), new IllegalStateException()}) {
      assertThat(classify(lost, 1)).as(lost.toString()).isInstanceOf(OutcomeUnknown.class);
      assertThat(classify(lost, 0)).as(lost.toString()).isInstanceOf(StoreUnavailable.class);
    }
  }

  @Test
  void the_message_names_the_server_and_the_code_and_quotes_nothing() {
    assertThat(code(469, 1)).hasMessage("ClickHouse at http://db.example:8123/x refuses with code 469")
        .hasRootCauseInstanceOf(ServerException.class);
  }
}
