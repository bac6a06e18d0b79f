package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One call of an operation.
 *
 * @param operation name of the operation, such as {@code list-incidents}
 * @param arguments its arguments by name; empty if it needs none
 */
public record OperatorRequest(String operation, ObjectNode arguments) {}
