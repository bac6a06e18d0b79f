package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.Target;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates action contexts for tests. */
public final class ActionContexts {
    private ActionContexts() {}

    public static ActionContext of(ActionKind kind, Target target, Map<String, String> params, @Nullable PodFacts pod) {
        return new ActionContext(
                "4f2a",
                "4f2a-0",
                target,
                ActionParameters.withDefaults(kind, params),
                "{\"incident\":\"4f2a\"}",
                pod,
                new AuditedCalls() {
                    @Override
                    public <T> T call(String description, Supplier<T> call) {
                        return call.get();
                    }
                },
                Deadline.after(Duration.ofMinutes(1), InstantSource.system()),
                _ -> null,
                false);
    }
}
