package io.tiercel.sensor.grpc;

import io.grpc.stub.StreamObserver;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.text.Sha256;
import io.tiercel.sensor.grpc.falco.version.request;
import io.tiercel.sensor.grpc.falco.version.response;
import io.tiercel.sensor.grpc.falco.version.serviceGrpc;

/** The service {@code falco.version.service}: the version of this program and of its rules engine. */
final class FalcoVersionService extends serviceGrpc.serviceImplBase {
    /** Minor version of the rules engine. Falco calls it 0.63.0. */
    private static final int ENGINE_VERSION = 63;

    private final response versionResponse;

    /**
     * Creates the service.
     *
     * @param version version of this program: three numbers, separated by dots
     */
    FalcoVersionService(String version) {
        String[] numbers = version.split("\\.", -1);
        this.versionResponse = response.newBuilder()
                .setVersion(version)
                .setMajor(Integer.parseInt(numbers[0]))
                .setMinor(Integer.parseInt(numbers[1]))
                .setPatch(Integer.parseInt(numbers[2]))
                .setEngineVersion(ENGINE_VERSION)
                .setEngineFieldsChecksum(fieldsChecksum())
                .build();
    }

    @Override
    public void version(request ignored, StreamObserver<response> observer) {
        observer.onNext(versionResponse);
        observer.onCompleted();
    }

    private static String fieldsChecksum() {
        StringBuilder fields = new StringBuilder();
        for (Field field : Field.eventFields()) {
            fields.append(field.fieldName()).append(' ').append(field.type()).append('\n');
        }
        return Sha256.hex(fields.toString());
    }
}
