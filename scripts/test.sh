# shellcheck shell=bash
# ./tiercel test: runs the tests, and says at the end what was skipped and why.

# The quick run leaves formatting and static analysis to the complete run. Short test JVMs gain nothing from the second compiler.
unit_goals=(test -T2 -DargLine=-XX:TieredStopAtLevel=1 -Dtiercel.excluded.tags='live,kernel,cluster,packaged'
    -Dtiercel.compiler.plugin=-Xlint:none -Dspotless.check.skip=true)

# The complete run takes long. So one failure ends it only for the modules that need the failed one, and a test that failed runs once
# more. The summary names the tests that passed then.
all_tests=(--fail-at-end -Dsurefire.rerunFailingTestsCount=1)

# run_tests [--unit] [--kernels all] [MAVEN OPTIONS]
run_tests() {
    local status=0 started goals=(verify)
    while (($#)); do
        case $1 in
            --unit) goals=("${unit_goals[@]}"); shift ;;
            --kernels)
                [[ ${2:-} == all ]] || die 1 "test: --kernels accepts only: all"
                export TIERCEL_KERNELS=all
                shift 2
                ;;
            --help | -h) test_usage; return 0 ;;
            *) break ;;
        esac
    done
    if [[ ${goals[0]} == verify ]]; then install_missing test; else install_missing build; fi
    export PATH=$PATH:$unpacked
    mkdir -p "$state"
    started=$state/tests-started
    : >"$started"
    if [[ ${goals[0]} == verify ]]; then
        say "running all tests (about 40 minutes on two cores) ..."
    else
        say "running the unit tests (under five minutes on two cores) ..."
    fi
    if [[ ${goals[0]} == verify ]] && ! chooses_modules "$@"; then
        maven -T2 verify -pl '!e2e' "${all_tests[@]}" "$@" && end_to_end_tests "$@" || status=$?
    else
        maven "${goals[@]}" "$@" || status=$?
    fi
    ((status == 0)) || say "the build or a test failed; the summary below, or the first [ERROR] line above, says where"
    summarize "$started"
    return "$status"
}

# The end-to-end tests run what the other modules have packaged. Some judge times or all events of the machine, and run alone. Three of
# the others run at the same time, because many only wait.
end_to_end_tests() {
    local status=0
    maven verify -pl e2e -Dgroups='unit | packaged' -DforkCount=3 -Dsurefire.runOrder=alphabetical "${all_tests[@]}" "$@" || status=$?
    maven verify -pl e2e -Dgroups='live | cluster' "${all_tests[@]}" "$@" || status=$?
    return "$status"
}

# Succeeds if Maven options name modules.
chooses_modules() {
    local option
    for option in "$@"; do
        case $option in -pl | --projects | -pl* | --projects=* | -rf | --resume-from) return 0 ;; esac
    done
    return 1
}

test_usage() {
    cat <<'TEXT'
Usage: ./tiercel test [--unit] [--kernels all] [MAVEN OPTIONS]

  --unit         runs only the tests that need neither root nor packaged programs
  --kernels all  tests the sensor on all kernels of bpf/kernels, not only on three

Tests carry JUnit tags: unit, live (root and BPF), kernel (QEMU), cluster (a Kubernetes node) and packaged (run
built programs). A test that misses a tool or a privilege skips; the summary at the end gives the reasons.
TEXT
}

# Prints the tests that failed, those that passed only when repeated, the reason of each skipped test and the totals, from the reports
# that are newer than file $1.
summarize() {
    local reports
    mapfile -t reports < <(find "$root" -path '*/target/*-reports/TEST-*.xml' -newer "$1")
    ((${#reports[@]} > 0)) || return 0
    awk '
        function attribute(name,    from) {
            from = index($0, " " name "=\"")
            if (!from) return ""
            from += length(name) + 3
            return substr($0, from, index(substr($0, from), "\"") - 1)
        }
        /<testcase / { tests++; test = attribute("classname"); sub(/.*\./, "", test); name = test "." attribute("name") }
        /<(failure|error)[ >]/ { failed++; failures[failed] = name }
        /<(flakyFailure|flakyError)[ >]/ { if (!(name in repeats)) repeated[++unstable] = name; repeats[name] }
        /<skipped/ {
            skipped++
            reason = attribute("message")
            if (reason == "" && index($0, "<![CDATA[")) reason = substr($0, index($0, "<![CDATA[") + 9)
            sub(/\]\]>.*/, "", reason)
            sub(/^[A-Za-z0-9.]*Exception: /, "", reason); sub(/^Assumption failed: /, "", reason); sub(/^skipped: /, "", reason)
            if (reason == "") reason = "no reason given"
            if (!(reason in of)) reasons[++count] = reason
            if (index(" " of[reason] " ", " " test " ") == 0) of[reason] = of[reason] (of[reason] == "" ? "" : " ") test
            times[reason]++
        }
        END {
            if (failed) print "Failed:"
            for (i = 1; i <= failed; i++) print "  " failures[i]
            if (unstable) print "Passed only when repeated:"
            for (i = 1; i <= unstable; i++) print "  " repeated[i]
            if (skipped) print "Skipped:"
            for (i = 1; i <= count; i++) printf "  %d: %s (%s)\n", times[reasons[i]], reasons[i], of[reasons[i]]
            printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped
        }' "${reports[@]}"
}
