package io.tiercel.sensor.output;

import io.tiercel.sensor.output.BatchTarget.Answer;
import io.tiercel.sensor.output.BatchTarget.Verdict;
import io.tiercel.sensor.spool.SpooledAlert;
import java.util.ArrayList;
import java.util.List;

/** Finds out which alerts of a batch are to blame, where the receiver says only that it does not take the whole. */
public final class BatchSplitter {
    private BatchSplitter() {}

    /** One request with a batch. */
    @FunctionalInterface
    public interface Request {
        /** What the receiver says of the batch as a whole, or of each alert. */
        Answer send(List<SpooledAlert> alerts) throws InterruptedException;
    }

    /**
     * Sends a batch, and if it is refused as a whole each of its alerts alone, up to the first that has to wait: those
     * behind it wait as well, so that the order stays.
     */
    public static Answer send(List<SpooledAlert> alerts, Request request) throws InterruptedException {
        Answer whole = request.send(alerts);
        if (alerts.size() == 1 || !whole.verdicts().stream().allMatch(verdict -> verdict == Verdict.REFUSED)) {
            return whole;
        }
        List<Verdict> verdicts = new ArrayList<>();
        String detail = whole.detail();
        for (SpooledAlert alert : alerts) {
            if (!verdicts.isEmpty() && verdicts.getLast() == Verdict.LATER) {
                verdicts.add(Verdict.LATER);
                continue;
            }
            Answer alone = request.send(List.of(alert));
            verdicts.add(alone.verdicts().getFirst());
            detail = alone.detail().isEmpty() ? detail : alone.detail();
        }
        return new Answer(verdicts, detail);
    }
}
