package io.tiercel.functions.operate;

import java.util.List;
import java.util.Optional;

/**
 * An operation as operators call it.
 *
 * @param name its name, such as {@code list-incidents}
 * @param method HTTP method
 * @param path path below {@code /api/v1}; parameters have the form {@code {id}}
 * @param role the role that it requires. A responder may do all that a viewer may
 * @param parameters its parameters; those in the path are required
 * @param answer name of the schema of its answer
 * @param summary one sentence for people
 */
public record Operation(
        String name,
        String method,
        String path,
        OperatorRole role,
        List<Parameter> parameters,
        String answer,
        String summary) {
    /** Returns whether it changes something. */
    public boolean changes() {
        return role == OperatorRole.RESPONDER;
    }

    /** Returns whether a role may call it. */
    public boolean permits(OperatorRole caller) {
        return caller == OperatorRole.RESPONDER || role == OperatorRole.VIEWER;
    }

    /** Returns whether a parameter is in the path. */
    public boolean inPath(Parameter parameter) {
        return path.contains("{" + parameter.name() + "}");
    }

    /** Returns the parameter with a name. */
    public Optional<Parameter> parameter(String parameterName) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(parameterName))
                .findFirst();
    }
}
