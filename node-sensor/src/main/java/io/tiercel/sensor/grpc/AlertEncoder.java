package io.tiercel.sensor.grpc;

import com.google.protobuf.MessageLite;
import io.tiercel.rules.alert.Alert;

/** How a service writes what it streams. */
interface AlertEncoder<M extends MessageLite> {
    M alert(Alert alert);

    M missing(AlertGap missing);
}
