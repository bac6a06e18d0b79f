package io.tiercel.functions.aws;

import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import java.util.Map;

/** The actions that this artifact can run. Only {@code respond.zip} has some: it has the clients and the permissions for them. */
@FunctionalInterface
public interface AvailableActions {
    /** Returns the handlers by kind of action. */
    Map<ActionKind, ActionHandler> handlers();
}
