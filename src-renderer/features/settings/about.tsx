import { useHost } from '../../state/host.ts'

/** What runs here: versions, the data folder, the licence. */
export function About() {
  const about = useHost((state) => state.about)
  if (!about) return null
  return (
    <section className="group" aria-label="About">
      <h2>About</h2>
      <div className="group-in">
        <dl className="facts facts-wide">
          {Object.entries(about.versions).map(([part, version]) => (
            <div key={part} className="fact">
              <dt>{part}</dt>
              <dd className="mono">{version}</dd>
            </div>
          ))}
          <div className="fact">
            <dt>Data folder</dt>
            <dd className="mono wrap">{about.home}</dd>
          </div>
          <div className="fact">
            <dt>Licence</dt>
            <dd>MIT</dd>
          </div>
        </dl>
      </div>
    </section>
  )
}
