/**
 * Contract tests of the stores. Each abstract class holds the tests that every implementation of a store must pass. The modules
 * with implementations extend these classes. Tests of one implementation alone stay in its module.
 */
@NullMarked
package io.tiercel.functions.contract;

import org.jspecify.annotations.NullMarked;
