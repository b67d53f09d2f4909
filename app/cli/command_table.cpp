// SPDX-License-Identifier: GPL-3.0-or-later
// The one table of commands: help, parsing and completions come from here.
#include "app/cli/command.h"

namespace heaptoll::cli {
namespace {

using enum OutputFormat;

constexpr OptionSpec kMetric { "metric", "M",
    "live_bytes, live_objects, peak_bytes, alloc_bytes, alloc_objects, temporary_objects, leaked_bytes, custom:NAME; "
    "or the file's own name, e.g. inuse_space. Default: live_bytes, else peak_bytes, else alloc_bytes",
    "live_bytes live_objects peak_bytes alloc_bytes alloc_objects temporary_objects leaked_bytes" };
constexpr OptionSpec kHeapBy { "by", "WHAT", "function, site, file or module. Default: function",
    "function site file module" };
constexpr OptionSpec kLimit { "limit", "N", "rows to show, 0 = all. Default: 30 in tables, all elsewhere" };
constexpr OptionSpec kFold { "fold-runtime", "", "fold allocator and runtime frames into their callers" };
constexpr OptionSpec kWhereHeap { "where", "EXPR",
    "keep rows: name, function, file, module, line, self, total, inlined; e.g. 'file ~ ^/src and total > 1MiB'" };
constexpr OptionSpec kService { "service", "NAME=GLOB",
    "files matching GLOB belong to service NAME; NAME=FIELD=GLOB matches tag:KEY, label:KEY, resource, sku, path, pod, "
    "namespace or service. Repeatable, first match wins" };
constexpr OptionSpec kMap { "map", "FILE",
    R"(service rules as JSON: {"rules":[{"field":"tag:app","pattern":"shop-*","service":"$1"}]})" };
constexpr OptionSpec kRateCard { "rate-card", "FILE",
    R"(price of memory without a bill, as JSON: {"perGibHour":0.004,"currency":"USD"})" };
constexpr OptionSpec kBilling { "billing", "FILE", "an input that must be a bill. Repeatable" };
constexpr OptionSpec kUsage { "usage", "FILE", "an input that must be usage metrics. Repeatable" };
constexpr OptionSpec kBasis { "basis", "B", "billed, effective, list, contracted or net",
    "billed effective list contracted net" };
constexpr OptionSpec kPolicy { "policy", "P", "p95, p99, max, vpa, krr, kubecost or heaptoll. Default: heaptoll",
    "p95 p99 max vpa krr kubecost heaptoll" };
constexpr OptionSpec kHeadroom { "headroom", "P%",
    "room above the usage the policy picks, e.g. 15%. Default: the policy's own" };
constexpr std::string_view kDimensions =
    "provider account subaccount region service workload category sku resource currency tag: hour day week month";
constexpr OptionSpec kWhereCost { "where", "EXPR",
    "keep rows: provider, account, subaccount, region, service, workload, category, sku, resource, currency, tag:KEY, "
    "day, month, cost; e.g. 'provider = AWS and cost > 1'" };

CommandSpec inspect()
{
    return { "inspect", "FILE...", "what is this file, why do we think so, and is it whole",
        "Reads each file or folder and prints its format, the evidence for it, how complete it is, and the totals the "
        "format's own tool prints first.",
        {}, { "heaptoll inspect heap.pb.gz", "heaptoll inspect --format json exports/" }, { Table, Json }, 1,
        runInspect };
}

CommandSpec top()
{
    return { "top", "FILE...", "functions, sites, files or modules by memory",
        "SELF counts memory allocated by the function itself, TOTAL with everything it calls; recursion counts once. "
        "Of "
        "several profiles or a folder, the last one is shown.",
        { kMetric, kHeapBy, kLimit, kWhereHeap, kFold },
        { "heaptoll top heap.pb.gz", "heaptoll top app.zst --metric leaked_bytes --by site --limit 0" },
        { Table, Json, Csv }, 1, runTop };
}

CommandSpec flame()
{
    return { "flame", "FILE...", "call tree for flame graphs: folded stacks, SVG, speedscope",
        "Of several profiles or a folder, the last one is shown. --where keeps the stacks that have a frame which "
        "fits.",
        { kMetric, { "where", "EXPR", "keep stacks with a frame: function, file, module, line" }, kFold },
        { "heaptoll flame heap.pb.gz --format svg > heap.svg", "heaptoll flame heap.pb.gz --out speedscope=h.json" },
        { Folded, Svg, Speedscope, Json }, 1, runFlame };
}

CommandSpec diff()
{
    return { "diff", "BEFORE AFTER", "what grew, is new, shrank or is gone between two profiles",
        "Totals per row before and after, largest change first. A folder stands for its last profile.",
        { kMetric, kHeapBy, kLimit,
            { "where", "EXPR", "keep rows: name, function, file, module, line, before, after, delta, class" }, kFold },
        { "heaptoll diff monday.pb.gz friday.pb.gz", "heaptoll diff a.zst b.zst --where 'class = new'" },
        { Table, Json, Csv }, 2, runDiff };
}

CommandSpec growth()
{
    return { "growth", "FILE...", "which places in the code keep growing over a series of profiles",
        "Fits every site over time and tells leaks from caches, churn and steady state. Profiles of one service form a "
        "series by the time inside the file, else by the number in the name, else by file time.",
        { { "metric", "M", "live_bytes (growth is measured on live memory)" }, kLimit, kService, kMap,
            { "where", "EXPR", "keep sites: function, file, module, line, class, growth, live, service" } },
        { "heaptoll growth heap*.pb.gz", "heaptoll growth profiles/ --where 'class = leak'" }, { Table, Json, Csv }, 1,
        runGrowth };
}

CommandSpec cost()
{
    return { "cost", "FILE...", "what the bill says, by any dimension, with its reconciliation",
        "Sums are exact to the last digit of the export. Several currencies are never added.",
        { { "by", "DIM[,DIM...]",
              "provider, account, subaccount, region, service, workload, category, sku, resource, currency, tag:KEY, "
              "hour, day, week, month",
              kDimensions },
            kBasis, { "grain", "G", "also group by hour, day, week or month", "hour day week month" }, kWhereCost,
            kLimit, kService, kMap },
        { "heaptoll cost focus.csv --by service,month", "heaptoll cost cur/ --by tag:app --basis effective" },
        { Table, Json, Csv }, 1, runCost };
}

CommandSpec rightsize()
{
    return { "rightsize", "[FILE...] --usage FILE...", "memory requests and limits that fit what is used",
        "Recommends a request and a limit per workload by the policy, and tries the limit on the past. A leaking "
        "service "
        "gets a pointer to the leak instead.",
        { kUsage, kBilling, kPolicy, kHeadroom, kLimit, kBasis, kService, kMap, kRateCard,
            { "where", "EXPR",
                "keep workloads: namespace, workload, container, service, request, recommended, savings" } },
        { "heaptoll rightsize --usage usage/ --policy p99 --headroom 15%" }, { Table, Json, Csv }, 0, runRightsize };
}

CommandSpec anomalies()
{
    return { "anomalies", "FILE...", "days of a bill, or points of a series, that do not fit the rest",
        "Takes bills (one daily series per value of --by) and timestamp,value tables.",
        { { "by", "DIM", "dimension of the series of a bill. Default: service", kDimensions }, kBasis, kWhereCost,
            kService, kMap },
        { "heaptoll anomalies focus.csv --by workload" }, { Table, Json, Csv }, 1, runAnomalies };
}

CommandSpec analyze()
{
    return { "analyze", "FILE...", "join profiles, usage and bills: findings with what they cost",
        "Rules state what must not be: METRIC[(selector)] OP VALUE[@confidence]. Metrics: leak, live, peak, cost, "
        "recoverable, growth, findings, new-findings, coverage, fragmentation, headroom. Units: B to TiB, /h /d /mo, "
        "%, "
        "$ or a currency code.",
        { kBilling, kUsage, kService, kMap, kRateCard, kBasis, kPolicy, kHeadroom,
            { "where", "EXPR",
                "keep findings: id, kind, service, title, function, file, confidence, growth, cost, live" },
            { "baseline", "FILE", "JSON of an earlier analyze: what it has is not new" },
            { "fail-on", "RULE", "exit 1 when the rule is true. Repeatable" },
            { "warn-on", "RULE", "warn when the rule is true. Repeatable" }, kLimit },
        { "heaptoll analyze heap*.pb.gz --billing focus.csv --fail-on 'leak>5MiB/h@high'",
            "heaptoll analyze . --out sarif=heap.sarif --out markdown=comment.md" },
        { Table, Json, Csv, Markdown, Sarif }, 0, runAnalyze };
}

CommandSpec plugins()
{
    return { "plugins", "list | check DIR [FILE...]", "importers: which are loaded, and do they keep their promises",
        "check loads the plugins of a folder and, for every sample file, tries detection twice, import twice, and "
        "input "
        "cut at every sixteenth.",
        {}, { "heaptoll plugins list", "heaptoll plugins check ./build sample.dat" }, { Table, Json }, 1, runPlugins,
        "list check" };
}

CommandSpec completions()
{
    return { "completions", "bash | zsh | fish", "completion script of a shell",
        "Packages install these scripts; without a package, load them where the shell starts.", {},
        { "source <(heaptoll completions bash)",
            "heaptoll completions fish > ~/.config/fish/completions/heaptoll.fish" },
        {}, 1, runCompletions, "bash zsh fish" };
}

CommandSpec man()
{
    return { "man", "[COMMAND]", "manual page, of the program or of one command",
        "Prints the source of the page; packages install heaptoll(1) and one page per command.", {},
        { "heaptoll man | man -l -", "heaptoll man analyze > heaptoll-analyze.1" }, {}, 0, runMan };
}

CommandSpec version()
{
    return { "version", "", "version of this program", "", {}, { "heaptoll version" }, { Table, Json }, 0, runVersion };
}

} // namespace

const std::vector<CommandSpec>& commandTable()
{
    static const std::vector<CommandSpec> kTable { analyze(), inspect(), top(), flame(), diff(), growth(), cost(),
        rightsize(), anomalies(), plugins(), completions(), man(), version() };
    return kTable;
}

const std::vector<OptionSpec>& commonOptions()
{
    static const std::vector<OptionSpec> kOptions { { "format", "F", "form of the result on stdout" },
        { "out", "F=PATH", "also write the result in form F to a file. Repeatable" },
        { "input-format", "ID", "read every input as this format" },
        { "strict", "", "exit 4 when an input was read in part or not at all" },
        { "progress", "MODE", "auto (on a terminal), none, or json (lines on stderr)", "auto none json" },
        { "quiet", "", "no notes or progress on stderr (-q)" } };
    return kOptions;
}

} // namespace heaptoll::cli
