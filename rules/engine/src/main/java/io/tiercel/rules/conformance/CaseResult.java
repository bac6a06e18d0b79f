package io.tiercel.rules.conformance;

/**
 * The result of a conformance case.
 *
 * @param id id of the case
 * @param passed whether the actual result matches the expectation
 * @param expected expected result as text
 * @param actual actual result as text
 */
public record CaseResult(String id, boolean passed, String expected, String actual) {}
