package io.tiercel.sensor.grpc;

import com.google.protobuf.Timestamp;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertText;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.grpc.v1.Absent;
import io.tiercel.sensor.grpc.v1.Missed;
import io.tiercel.sensor.grpc.v1.StreamResponse;
import io.tiercel.sensor.grpc.v1.Value;
import io.tiercel.sensor.grpc.v1.Values;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Alerts as {@code tiercel.v1} writes them, and back. */
final class TiercelAlertEncoder implements AlertEncoder<StreamResponse> {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int UNSIGNED_BITS = 64;

    @Override
    public StreamResponse alert(Alert alert) {
        var written = io.tiercel.sensor.grpc.v1.Alert.newBuilder()
                .setId(alert.id() == null ? "" : AlertText.wellFormed(alert.id()))
                .setTime(FalcoAlertEncoder.time(alert.timeNanos()))
                .setHostname(AlertText.wellFormed(alert.hostname()))
                .setPriority(io.tiercel.sensor.grpc.v1.Priority.forNumber(
                        alert.priority().ordinal() + 1))
                .setRule(AlertText.wellFormed(alert.rule()))
                .setSource(AlertText.wellFormed(alert.source()))
                .setMessage(AlertText.wellFormed(alert.message()));
        alert.tags().forEach(tag -> written.addTags(AlertText.wellFormed(tag)));
        for (Map.Entry<String, @Nullable Object> field : alert.outputFields().entrySet()) {
            written.putOutputFields(AlertText.wellFormed(field.getKey()), value(field.getValue()));
        }
        return StreamResponse.newBuilder().setAlert(written).build();
    }

    @Override
    public StreamResponse missing(AlertGap missing) {
        return StreamResponse.newBuilder()
                .setMissed(Missed.newBuilder()
                        .setCount(missing.count())
                        .setUnfiltered(missing.unfiltered())
                        .setUnknown(missing.unknown()))
                .build();
    }

    private static Value value(@Nullable Object value) {
        Value.Builder written = Value.newBuilder();
        switch (value) {
            case null -> written.setAbsent(Absent.getDefaultInstance());
            case Long number -> written.setInteger(number);
            case BigInteger number
            when number.signum() >= 0 && number.bitLength() <= UNSIGNED_BITS -> written.setUnsigned(number.longValue());
            case Double number -> written.setNumber(number);
            case Boolean bool -> written.setBoolean(bool);
            case List<?> list -> {
                Values.Builder values = Values.newBuilder();
                list.forEach(element -> values.addValues(value(element)));
                written.setList(values);
            }
            default -> written.setText(AlertText.wellFormed(value.toString()));
        }
        return written.build();
    }

    /** The alert that was written; what a newer sensor may write beyond this is absent. */
    static Alert read(io.tiercel.sensor.grpc.v1.Alert written) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        written.getOutputFieldsMap().forEach((name, value) -> fields.put(name, read(value)));
        Timestamp time = written.getTime();
        int priority = Math.clamp(written.getPriorityValue() - 1, 0, Priority.values().length - 1);
        return new Alert(
                written.getId().isEmpty() ? null : written.getId(),
                written.getHostname(),
                time.getSeconds() * NANOS_PER_SECOND + time.getNanos(),
                Priority.values()[priority],
                written.getRule(),
                written.getSource(),
                List.copyOf(written.getTagsList()),
                written.getMessage(),
                Collections.unmodifiableSortedMap(fields));
    }

    private static @Nullable Object read(Value value) {
        return switch (value.getKindCase()) {
            case TEXT -> value.getText();
            case INTEGER -> value.getInteger();
            case UNSIGNED -> new BigInteger(Long.toUnsignedString(value.getUnsigned()));
            case NUMBER -> value.getNumber();
            case BOOLEAN -> value.getBoolean();
            case LIST -> {
                List<@Nullable Object> values = new ArrayList<>();
                value.getList().getValuesList().forEach(element -> values.add(read(element)));
                yield Collections.unmodifiableList(values);
            }
            case ABSENT, KIND_NOT_SET -> null;
        };
    }
}
