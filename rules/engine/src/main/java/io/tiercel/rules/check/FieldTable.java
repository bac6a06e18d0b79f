package io.tiercel.rules.check;

import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.field.FactType;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the conditions and outputs of one rule set have in common: the fields they name, numbered, and the macros they
 * share. Filled while the rules are checked, by one thread; only read afterwards.
 */
public final class FieldTable {
    private final Map<Name, FieldRef> refs = new HashMap<>();
    private final List<FieldRef> bySlot = new ArrayList<>();
    private final Map<Expr, CheckedExpr.Shared> shared = new IdentityHashMap<>();
    private final boolean alerts;
    private final Map<String, FactType> facts;

    /** For conditions over events. */
    public FieldTable() {
        this(false, Map.of());
    }

    private FieldTable(boolean alerts, Map<String, FactType> facts) {
        this.alerts = alerts;
        this.facts = facts;
    }

    /**
     * For conditions over alerts: they know {@code rule}, {@code priority}, {@code source}, {@code tags}, {@code hostname},
     * {@code output_fields.NAME}, the fields of events by their own names, and facts.
     *
     * @param facts types by name of what is known beyond the alert
     */
    public static FieldTable ofAlerts(Map<String, FactType> facts) {
        return new FieldTable(true, Map.copyOf(facts));
    }

    boolean alerts() {
        return alerts;
    }

    @Nullable
    FactType fact(String name) {
        return facts.get(name);
    }

    /** The one reference of this set to a field with an argument. */
    public FieldRef intern(Field field, int index, @Nullable String key) {
        return refs.computeIfAbsent(new Name(field, index, key), name -> {
            FieldRef ref = new FieldRef(field, index, key, bySlot.size());
            bySlot.add(ref);
            return ref;
        });
    }

    /** Every reference, at the position of its slot. */
    public List<FieldRef> refs() {
        return List.copyOf(bySlot);
    }

    /** Number of shared parts: their slots are smaller than this. */
    public int sharedParts() {
        return shared.size();
    }

    CheckedExpr.@Nullable Shared shared(Expr body) {
        return shared.get(body);
    }

    CheckedExpr.Shared share(Expr body, CheckedExpr checked) {
        CheckedExpr.Shared part = new CheckedExpr.Shared(shared.size(), checked);
        shared.put(body, part);
        return part;
    }

    private record Name(Field field, int index, @Nullable String key) {}
}
