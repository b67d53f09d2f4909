// SPDX-License-Identifier: Apache-2.0
// A plugin that throws wherever the content of the input, or the format, says. For tst_importer_wall.
#include "core/sdk/importer_plugin.h"

#include <QObject>

#include <new>
#include <stdexcept>
#include <string>

namespace {

using namespace heaptoll;

std::string textOf(std::span<const std::byte> bytes)
{
    return { reinterpret_cast<const char*>(bytes.data()), bytes.size() };
}

/// Throws what the text asks for, when it names the call.
void throwAsAsked(const std::string& text, const std::string& call)
{
    if (!text.starts_with(call)) {
        return;
    }
    if (text.find("number") != std::string::npos) {
        throw 42;
    }
    if (text.find("memory") != std::string::npos) {
        throw std::bad_alloc();
    }
    throw std::runtime_error("as the test asked");
}

class ThrowingImporter final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override
    {
        throwAsAsked(textOf(input.prefix), "probe");
        const bool isMine = textOf(input.prefix).find("throwing") != std::string::npos;
        return { isMine ? 100 : 0, "1", "the word throwing" };
    }
    [[nodiscard]] Result<std::optional<sdk::Bundle>> bundle(sdk::ByteSource& source) const override
    {
        HEAPTOLL_TRY_ASSIGN(const auto block, source.nextBlock());
        throwAsAsked(textOf(block), "bundle");
        return std::optional<sdk::Bundle> {};
    }
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& /*sink*/, const TaskContext& /*task*/) override
    {
        HEAPTOLL_TRY_ASSIGN(const auto block, source.nextBlock());
        throwAsAsked(textOf(block), "run");
        return Error { ErrorCode::Malformed, "it did not throw" };
    }
};

} // namespace

class ThrowingPlugin final : public QObject, public heaptoll::sdk::ImporterPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HEAPTOLL_IMPORTER_IID FILE "importer.json")
    Q_INTERFACES(heaptoll::sdk::ImporterPlugin)

public:
    [[nodiscard]] std::unique_ptr<heaptoll::sdk::Importer> createImporter(std::string_view formatId) const override
    {
        if (formatId == "throws-at-once") {
            throw std::runtime_error("no importer today");
        }
        return std::make_unique<ThrowingImporter>();
    }
};

#include "throwing_importer.moc"
