package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.Calls;
import io.tiercel.functions.respond.action.Params;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.action.Work;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Steps as remedies see them. */
public final class Works {
    private Works() {}

    public static Work of(ActionKind kind, Target target, Map<String, String> params, @Nullable PodFacts pod) {
        return new Work("4f2a", "4f2a-0", target, Params.of(kind, params), "{\"incident\":\"4f2a\"}", pod, new Calls() {
            @Override
            public <T> T call(String what, Supplier<T> call) {
                return call.get();
            }
        });
    }
}
