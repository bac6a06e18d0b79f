package io.tiercel.sensor.grpc;

import com.google.protobuf.MessageLite;
import io.tiercel.rules.alert.Alert;

/** An encoder of alerts into the messages of one service. */
interface AlertEncoder<M extends MessageLite> {
    /** Encodes an alert. */
    M encode(Alert alert);

    /** Encodes a message that reports missing alerts. */
    M encodeGap(AlertGap gap);
}
