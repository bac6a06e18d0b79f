package io.tiercel.sensor.grpc;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tiercel.rules.alert.AlertLimits;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.filter.AlertFilter;
import io.tiercel.rules.filter.AlertFilterException;
import io.tiercel.sensor.grpc.v1.AlertsGrpc;
import io.tiercel.sensor.grpc.v1.StreamRequest;
import io.tiercel.sensor.grpc.v1.StreamResponse;

/** The service {@code tiercel.v1.Alerts}. */
final class AlertsService extends AlertsGrpc.AlertsImplBase {
    private final AlertBroadcaster broadcaster;

    AlertsService(AlertBroadcaster broadcaster) {
        this.broadcaster = broadcaster;
    }

    @Override
    public void stream(StreamRequest request, StreamObserver<StreamResponse> observer) {
        ServerCallStreamObserver<StreamResponse> stream = (ServerCallStreamObserver<StreamResponse>) observer;
        broadcaster.prepare(stream);
        try {
            String id = request.getResumeAfter();
            if (id.length() > AlertLimits.MAX_ID_CHARACTERS) {
                throw invalid("resume_after must have at most " + AlertLimits.MAX_ID_CHARACTERS + " characters");
            }
            broadcaster.subscribe(filter(request), id.isEmpty() ? null : id, new TiercelAlertEncoder(), stream);
        } catch (StatusException e) {
            stream.onError(e);
        }
    }

    private static SubscriptionFilter filter(StreamRequest request) throws StatusException {
        int priority = request.getMinimumPriorityValue();
        if (priority < 0 || priority > Priority.values().length) {
            throw invalid("minimum_priority must be 0 to " + Priority.values().length + ", not " + priority);
        }
        try {
            return new SubscriptionFilter(
                    request.getFilter().isEmpty() ? null : AlertFilter.parse(request.getFilter()),
                    priority == 0 ? Priority.DEBUG : Priority.values()[priority - 1]);
        } catch (AlertFilterException e) {
            throw invalid("filter: " + e.getMessage());
        }
    }

    private static StatusException invalid(String message) {
        return Status.INVALID_ARGUMENT.withDescription(message).asException();
    }
}
