package io.tiercel.sensor.grpc;

import io.grpc.stub.StreamObserver;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.grpc.falco.version.request;
import io.tiercel.sensor.grpc.falco.version.response;
import io.tiercel.sensor.grpc.falco.version.serviceGrpc;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** {@code falco.version.service}: the version of this program, and of the engine that its rules are held against. */
final class FalcoVersionService extends serviceGrpc.serviceImplBase {
    /** Minor version of the rules engine: Falco numbers it 0.63.0. */
    private static final int ENGINE = 63;

    private final response answer;

    /**
     * Answers for a version.
     *
     * @param version three numbers with dots between them
     */
    FalcoVersionService(String version) {
        String[] numbers = version.split("\\.", -1);
        this.answer = response.newBuilder()
                .setVersion(version)
                .setMajor(Integer.parseInt(numbers[0]))
                .setMinor(Integer.parseInt(numbers[1]))
                .setPatch(Integer.parseInt(numbers[2]))
                .setEngineVersion(ENGINE)
                .setEngineFieldsChecksum(fieldsDigest())
                .build();
    }

    @Override
    public void version(request ignored, StreamObserver<response> observer) {
        observer.onNext(answer);
        observer.onCompleted();
    }

    private static String fieldsDigest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Field field : Field.eventFields()) {
                digest.update((field.fieldName() + " " + field.type() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
