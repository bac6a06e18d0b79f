package io.tiercel.functions.respond.overlap;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.plan.CrashPoint.Crash;
import io.tiercel.rules.text.TextLimit;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls of one process to AWS, Kubernetes and its stores. Each one takes time, may be disturbed, and is observed. */
final class ObservedCalls {
    private static final Duration CALL_TIME = Duration.ofMillis(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Longer than a lease of an incident and than the lock of a part. */
    private static final Duration PAUSE = Duration.ofMinutes(10);

    private static final int MAX_TEXT = 200;
    private static final Set<String> WRITES = Set.of("write", "append", "put");

    /** The service that a call goes to. */
    enum Service {
        EC2,
        API,
        STORE
    }

    /** Receives the effects of calls. */
    interface Observer {
        /** Called before a call, also before one that fails. */
        void before(Service service, String call);

        /** Called after the effect of a call that changes something. Returns whether it has opened an interface. */
        boolean changed(Service service, String call);
    }

    private final OverlapWorld world;
    private final Observer observer;
    private final Deque<Disturbance> disturbances;
    private int calls;
    private boolean ended;
    private boolean throttled;
    private boolean throttledWhileOpen;

    ObservedCalls(OverlapWorld world, List<Disturbance> disturbances, Observer observer) {
        this.world = world;
        this.observer = observer;
        this.disturbances = new ArrayDeque<>(disturbances);
    }

    /** Returns an object whose calls go through this process. */
    <T> T observe(Class<T> type, T real, Service service) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return method.invoke(real, arguments);
            }
            return method.isDefault()
                    ? InvocationHandler.invokeDefault(proxy, method, arguments)
                    : call(real, service, method, arguments);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private @Nullable Object call(Object real, Service service, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (ended) {
            throw new Crash();
        }
        world.advance(CALL_TIME);
        boolean writes = WRITES.contains(method.getName());
        String text = TextLimit.cut(method.getName() + (arguments == null ? "" : " " + List.of(arguments)), MAX_TEXT);
        Disturbance disturbance = next(writes && service != Service.STORE);
        if (disturbance == null || disturbance.kind() != Disturbance.Kind.CRASHED_BEFORE) {
            observer.before(service, text);
        }
        if (disturbance == null) {
            if (throttled && service != Service.STORE) {
                throw failure(service, "throttled");
            }
            return effect(real, service, method, arguments, writes ? text : null);
        }
        switch (disturbance.kind()) {
            case CRASHED_BEFORE -> {
                ended = true;
                throw new Crash();
            }
            case CRASHED_AFTER -> {
                ended = true;
                effect(real, service, method, arguments, writes ? text : null);
                throw new Crash();
            }
            case THROTTLED -> throw failure(service, "throttled");
            case REQUEST_LOST -> {
                world.advance(TIMEOUT);
                throw failure(service, "timed out");
            }
            case ANSWER_LOST -> {
                effect(real, service, method, arguments, writes ? text : null);
                world.advance(TIMEOUT);
                throw failure(service, "timed out");
            }
            case THROTTLED_TO_THE_END -> throttled = true;
            case THROTTLED_WHILE_OPEN -> throttledWhileOpen = true;
            case PREEMPTED -> world.runWithin(Objects.requireNonNull(disturbance.other()));
            case PAUSED -> {
                world.advance(PAUSE);
                world.runWithin(Objects.requireNonNull(disturbance.other()));
            }
        }
        return effect(real, service, method, arguments, writes ? text : null);
    }

    /**
     * Returns the disturbance of this call; null if it is not disturbed. A pause between the check of a lock and the write that it
     * protects is not possible here: no client can prevent its effect.
     */
    private @Nullable Disturbance next(boolean protectedWrite) {
        Disturbance first = disturbances.peek();
        if (first == null || world.isCalm() || calls++ < first.calls()) {
            return null;
        }
        if (protectedWrite && first.kind() == Disturbance.Kind.PAUSED) {
            return null;
        }
        calls = 0;
        return disturbances.remove();
    }

    /** @param write the call if it changes something; else null */
    private @Nullable Object effect(
            Object real, Service service, Method method, Object @Nullable [] arguments, @Nullable String write)
            throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            if (write != null) {
                throttled |= observer.changed(service, write) && throttledWhileOpen;
            }
        }
    }

    private static RuntimeException failure(Service service, String reason) {
        return service == Service.STORE
                ? new StoreUnavailable("the store " + reason, new IllegalStateException())
                : ActionException.retryable(reason, null);
    }
}
