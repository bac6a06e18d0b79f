package io.tiercel.sensor.state;

import static io.tiercel.sensor.capture.RecordLayout.CONNECT_FD;

import io.tiercel.rules.event.EventParameter;
import io.tiercel.sensor.capture.RecordView;
import org.jspecify.annotations.Nullable;

/** Parameters of calls on sockets. */
final class SocketParameters implements ParameterSource {
    private final RecordView r;
    private final FdFields fd;

    SocketParameters(RecordView r, FdFields fd) {
        this.r = r;
        this.fd = fd;
    }

    @Override
    public long number(String name) {
        return name.equals("fd") ? r.intAt(CONNECT_FD) : SensorEvent.ABSENT;
    }

    @Override
    public @Nullable String text(String name) {
        return switch (name) {
            case "tuple" -> fd.tuple().tupleText();
            case "addr" -> {
                String address = fd.tuple().addressText();
                yield address.isEmpty() ? null : address;
            }
            default -> null;
        };
    }

    @Override
    public @Nullable String absolute(String name) {
        return null;
    }

    @Override
    public String names(EventParameter parameter, long number) {
        return "";
    }
}
