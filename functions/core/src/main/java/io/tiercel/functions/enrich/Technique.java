package io.tiercel.functions.enrich;

import java.util.List;

/**
 * An ATT&amp;CK technique.
 *
 * @param id e.g. {@code T1059.004}
 * @param name e.g. {@code Command and Scripting Interpreter: Unix Shell}
 * @param tactics the tactics it serves, by name, e.g. {@code Execution}
 */
public record Technique(String id, String name, List<String> tactics) {}
