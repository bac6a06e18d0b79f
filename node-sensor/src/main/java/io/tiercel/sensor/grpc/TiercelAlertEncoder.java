package io.tiercel.sensor.grpc;

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

/** An encoder and decoder for {@code tiercel.v1}. */
final class TiercelAlertEncoder implements AlertEncoder<StreamResponse> {
    private static final int UNSIGNED_BITS = 64;

    @Override
    public StreamResponse encode(Alert alert) {
        var message = io.tiercel.sensor.grpc.v1.Alert.newBuilder()
                .setId(alert.id() == null ? "" : AlertText.wellFormed(alert.id()))
                .setTime(FalcoAlertEncoder.time(alert.timeNanos()))
                .setHostname(AlertText.wellFormed(alert.hostname()))
                .setPriority(io.tiercel.sensor.grpc.v1.Priority.forNumber(
                        alert.priority().ordinal() + 1))
                .setRule(AlertText.wellFormed(alert.rule()))
                .setSource(AlertText.wellFormed(alert.source()))
                .setMessage(AlertText.wellFormed(alert.message()));
        alert.tags().forEach(tag -> message.addTags(AlertText.wellFormed(tag)));
        for (Map.Entry<String, @Nullable Object> field : alert.outputFields().entrySet()) {
            message.putOutputFields(AlertText.wellFormed(field.getKey()), encode(field.getValue()));
        }
        if (alert.context() != null) {
            message.setContext(ContextEncoder.encode(alert.context()));
        }
        return StreamResponse.newBuilder().setAlert(message).build();
    }

    @Override
    public StreamResponse encodeGap(AlertGap gap) {
        Missed.Builder missed = Missed.newBuilder()
                .setCount(gap.count())
                .setUnfiltered(gap.unfiltered())
                .setUnknown(gap.unknown());
        gap.byRule().forEach((rule, count) -> missed.putByRule(AlertText.wellFormed(rule), count));
        return StreamResponse.newBuilder().setMissed(missed).build();
    }

    private static Value encode(@Nullable Object value) {
        Value.Builder message = Value.newBuilder();
        switch (value) {
            case null -> message.setAbsent(Absent.getDefaultInstance());
            case Long number -> message.setInteger(number);
            case BigInteger number
            when number.signum() >= 0 && number.bitLength() <= UNSIGNED_BITS -> message.setUnsigned(number.longValue());
            case Double number -> message.setNumber(number);
            case Boolean bool -> message.setBoolean(bool);
            case List<?> list -> {
                Values.Builder values = Values.newBuilder();
                list.forEach(element -> values.addValues(encode(element)));
                message.setList(values);
            }
            default -> message.setText(AlertText.wellFormed(value.toString()));
        }
        return message.build();
    }

    /** Decodes an alert. Fields of a newer protocol version are ignored. */
    static Alert decode(io.tiercel.sensor.grpc.v1.Alert message) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        message.getOutputFieldsMap().forEach((name, value) -> fields.put(name, decode(value)));
        int priority = Math.clamp(message.getPriorityValue() - 1, 0, Priority.values().length - 1);
        return new Alert(
                message.getId().isEmpty() ? null : message.getId(),
                message.getHostname(),
                FalcoAlertEncoder.nanos(message.getTime()),
                Priority.values()[priority],
                message.getRule(),
                message.getSource(),
                List.copyOf(message.getTagsList()),
                message.getMessage(),
                Collections.unmodifiableSortedMap(fields),
                message.hasContext() ? ContextEncoder.decode(message.getContext()) : null);
    }

    private static @Nullable Object decode(Value value) {
        return switch (value.getKindCase()) {
            case TEXT -> value.getText();
            case INTEGER -> value.getInteger();
            case UNSIGNED -> new BigInteger(Long.toUnsignedString(value.getUnsigned()));
            case NUMBER -> value.getNumber();
            case BOOLEAN -> value.getBoolean();
            case LIST -> {
                List<@Nullable Object> values = new ArrayList<>();
                value.getList().getValuesList().forEach(element -> values.add(decode(element)));
                yield Collections.unmodifiableList(values);
            }
            case ABSENT, KIND_NOT_SET -> null;
        };
    }
}
