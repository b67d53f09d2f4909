// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/theme/icons.h"

#include "app/gui/theme/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

#include <memory>

// Resources of a static library are linked only when they are named; the macro wants the global namespace.
static void initIcons()
{
    Q_INIT_RESOURCE(heaptoll);
}

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QByteArray svgOf(const QString& name)
{
    static const bool isInitialised = (initIcons(), true);
    Q_UNUSED(isInitialised)
    QFile file(u":/icons/"_s + name + u".svg"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        qWarning("heaptoll: no icon %s", qPrintable(name));
        return {};
    }
    return file.readAll();
}

/// Renders at paint time, so a change of theme or scale needs no reload.
class TintedEngine final : public QIconEngine {
public:
    explicit TintedEngine(QString name)
        : m_name(std::move(name))
    { }
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State /*state*/) override
    {
        const Tokens& t = tokens();
        paintIcon(*painter, rect, m_name, mode == QIcon::Disabled ? t.outline : t.text);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    [[nodiscard]] QIconEngine* clone() const override { return std::make_unique<TintedEngine>(m_name).release(); }

private:
    QString m_name;
};

} // namespace

QIcon themedIcon(const QString& name)
{
    return QIcon(std::make_unique<TintedEngine>(name).release());
}

void paintIcon(QPainter& painter, const QRectF& target, const QString& name, const QColor& color)
{
    QByteArray svg = svgOf(name);
    svg.replace("currentColor", color.name(QColor::HexRgb).toLatin1());
    QSvgRenderer renderer(svg);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    renderer.render(&painter, target);
    painter.restore();
}

} // namespace heaptoll::gui
