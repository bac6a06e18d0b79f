package io.tiercel.functions.cloud;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.lookup.AwsConnection.Timeouts;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** Connections to stubs of AWS. */
final class StubConnection {
    private StubConnection() {}

    static AwsConnection to(String url) {
        return to(url, Timeouts.ACTIONS);
    }

    static AwsConnection to(String url, Timeouts timeouts) {
        return new AwsConnection(
                AwsConnection.httpClient(timeouts),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")),
                Region.EU_WEST_1,
                URI.create(url),
                timeouts);
    }

    /** Returns a connection whose attempts end after half a second, and whose calls end after one second. */
    static AwsConnection impatient(String url) {
        return to(url, new Timeouts(Duration.ofMillis(500), Duration.ofSeconds(1)));
    }
}
