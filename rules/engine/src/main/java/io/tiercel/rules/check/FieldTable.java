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
 * The field references and shared macro bodies of one rule set, each with an index.
 *
 * <p>The thread that loads the rules fills the table. Afterwards it is read-only.
 */
public final class FieldTable {
    private final Map<Key, FieldRef> refs = new HashMap<>();
    private final List<FieldRef> bySlot = new ArrayList<>();
    private final Map<Expr, CheckedExpr.Shared> shared = new IdentityHashMap<>();
    private final boolean alerts;
    private final Map<String, FactType> facts;

    /** Creates a table for conditions on events. */
    public FieldTable() {
        this(false, Map.of());
    }

    private FieldTable(boolean alerts, Map<String, FactType> facts) {
        this.alerts = alerts;
        this.facts = facts;
    }

    /**
     * Creates a table for conditions on alerts. They can use {@code rule}, {@code priority}, {@code source}, {@code
     * tags}, {@code hostname}, {@code output_fields.NAME}, event fields by name, and facts.
     *
     * @param facts types of the facts by name; a fact is a value that is not part of the alert
     */
    public static FieldTable forAlerts(Map<String, FactType> facts) {
        return new FieldTable(true, Map.copyOf(facts));
    }

    boolean alerts() {
        return alerts;
    }

    @Nullable
    FactType fact(String name) {
        return facts.get(name);
    }

    /** Returns the single reference of this rule set to a field with an argument. */
    public FieldRef intern(Field field, int index, @Nullable String key) {
        return refs.computeIfAbsent(new Key(field, index, key), name -> {
            FieldRef ref = new FieldRef(field, index, key, bySlot.size());
            bySlot.add(ref);
            return ref;
        });
    }

    /** Returns all references in the order of their slots. */
    public List<FieldRef> refs() {
        return List.copyOf(bySlot);
    }

    /** Returns the number of shared subexpressions, which is also the upper bound of their slots. */
    public int sharedCount() {
        return shared.size();
    }

    CheckedExpr.@Nullable Shared shared(Expr body) {
        return shared.get(body);
    }

    CheckedExpr.Shared share(Expr body, CheckedExpr checked) {
        CheckedExpr.Shared expr = new CheckedExpr.Shared(shared.size(), checked);
        shared.put(body, expr);
        return expr;
    }

    private record Key(Field field, int index, @Nullable String key) {}
}
