package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.config.Durations;
import io.tiercel.functions.notification.silence.InvalidSilence;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.notification.silence.Silence.Source;
import io.tiercel.functions.notification.silence.SilenceRequest;
import io.tiercel.functions.notification.silence.SilenceStatus;
import io.tiercel.functions.notification.silence.SilenceTimes;
import io.tiercel.functions.notification.silence.Silences;
import io.tiercel.functions.operate.Problem.ArgumentError;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operations on silences. */
final class SilenceOperations {
    /** The names of parts of a request, where they differ from those of the operation. */
    private static final Map<String, String> PARAMETERS =
            Map.of("when", "condition", "by", "reason", "owner", "reason");

    private final Silences silences;
    private final InstantSource clock;

    SilenceOperations(Silences silences, InstantSource clock) {
        this.silences = silences;
        this.clock = clock;
    }

    ObjectNode list(Arguments arguments) {
        Instant now = clock.instant();
        String state = arguments.required("state");
        List<SilenceStatus> all = new ArrayList<>();
        if (!state.equals("ended")) {
            all.addAll(silences.list());
        }
        if (!state.equals(Operations.ACTIVE)) {
            silences.ended().forEach(silence -> all.add(new SilenceStatus(silence, null, 0, false, null)));
        }
        int first = arguments.text("cursor").map(cursor -> after(all, cursor)).orElse(0);
        List<SilenceStatus> page = all.subList(first, Math.min(all.size(), first + arguments.number("limit")));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("items");
        page.forEach(status -> items.add(view(status.silence(), now, status.incidents())));
        answer.put(
                "next",
                first + page.size() < all.size() && !page.isEmpty()
                        ? page.getLast().silence().id()
                        : null);
        return answer;
    }

    /** The cursor is the id of the last silence of the page before. */
    private static int after(List<SilenceStatus> all, String cursor) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).silence().id().equals(cursor)) {
                return i + 1;
            }
        }
        throw new IncidentPages.InvalidCursor();
    }

    ObjectNode create(Arguments arguments, Caller caller) {
        try {
            Instant end = SilenceTimes.end(
                    arguments.instant("until").map(Instant::toString).orElse(""),
                    arguments.duration("for").map(Durations::format).orElse(""),
                    clock.instant());
            String by = TextLimit.cut(caller.name(), Silence.MAX_OWNER);
            SilenceRequest request = new SilenceRequest(
                    arguments.required("condition"),
                    arguments.required("reason"),
                    by,
                    end,
                    arguments.bool("all").orElse(false));
            return changed("created", silences.add(request, Source.API, by));
        } catch (InvalidSilence e) {
            throw invalid(e);
        }
    }

    private static Problem invalid(InvalidSilence e) {
        return Problem.arguments(List.of(
                new ArgumentError(PARAMETERS.getOrDefault(e.field(), e.field()), e.problem() + "; " + e.correction())));
    }

    ObjectNode end(Arguments arguments, Caller caller) {
        String id = arguments.required("id");
        Optional<Silence> ended;
        try {
            ended = silences.end(id, caller.name());
        } catch (InvalidSilence e) {
            throw Problem.of(409, Problem.NOT_POSSIBLE, e.problem() + "; " + e.correction());
        }
        if (ended.isPresent()) {
            return changed("ended", ended.get());
        }
        return silences.ended().stream()
                .filter(silence -> silence.id().equals(id))
                .findFirst()
                .map(silence -> changed("already ended", silence))
                .orElseThrow(() -> Problem.of(
                        404,
                        Problem.UNKNOWN_SILENCE,
                        "no active silence has this id; list-silences shows all silences"));
    }

    private ObjectNode changed(String outcome, Silence silence) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("outcome", outcome);
        ObjectNode view = view(silence, clock.instant(), 0);
        if (outcome.equals("ended")) {
            view.put("state", "ended");
        }
        answer.set("silence", view);
        return answer;
    }

    /**
     * Returns a silence as JSON.
     *
     * @param withheld number of different incidents whose messages it has withheld
     */
    static ObjectNode view(Silence silence, Instant now, int withheld) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", silence.id())
                .put("condition", silence.when())
                .put("reason", silence.reason())
                .put("by", silence.createdBy())
                .put(
                        "createdAt",
                        silence.source() == Source.FILE
                                ? null
                                : silence.created().toString())
                .put("until", silence.until().toString())
                .put("state", silence.active(now) ? Operations.ACTIVE : "ended")
                .put("withheld", withheld);
    }
}
