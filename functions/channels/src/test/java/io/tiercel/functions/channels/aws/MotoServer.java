package io.tiercel.functions.channels.aws;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.functions.MotoProcess;
import io.tiercel.functions.lookup.AwsConnection;
import java.io.IOException;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;

/**
 * A local AWS emulator without any resources. Does not use the fixtures of functions/aws, so that this module need not wait for the tests of
 * that one.
 */
final class MotoServer implements AutoCloseable {
    private static final Region REGION = Region.of("eu-west-1");
    private static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

    private final MotoProcess process;

    private MotoServer(MotoProcess process) {
        this.process = process;
    }

    /** Starts the server, or skips the test if moto is not installed. */
    static MotoServer startOrSkip() throws IOException, InterruptedException {
        String missing = MotoProcess.missing();
        assumeTrue(missing == null, () -> "needs " + missing);
        return new MotoServer(MotoProcess.start());
    }

    URI endpoint() {
        return process.endpoint();
    }

    AwsConnection connection() {
        return new AwsConnection(
                AwsConnection.httpClient(AwsConnection.Timeouts.ACTIONS),
                CREDENTIALS,
                REGION,
                endpoint(),
                AwsConnection.Timeouts.ACTIONS);
    }

    /** Configures a client builder to use the server. */
    <B extends AwsClientBuilder<B, ?>> B configure(B client) {
        return client.endpointOverride(endpoint()).region(REGION).credentialsProvider(CREDENTIALS);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.close();
    }
}
