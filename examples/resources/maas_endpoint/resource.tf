terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

# In front of a built-in model.
resource "maas_endpoint" "support" {
  name       = "support-chat"
  model_name = "sandbox-chat-32k"
  rpm        = 60
  tpm        = 100000
  remark     = "Chat of the support team"

  lifecycle {
    prevent_destroy = true
  }
}

# One for each team: with `count`, a team that leaves would rename the endpoints of others.
resource "maas_endpoint" "team" {
  for_each = toset(["search", "fraud"])

  name       = "team-${each.key}"
  model_name = "sandbox-chat-32k"
  rpm        = 10
}

# In front of an inference service of ModelArts.
data "maas_service" "gateway" {
  name = "chat-gateway"
}

resource "maas_endpoint" "gateway" {
  name             = "chat-gateway"
  infer_service_id = data.maas_service.gateway.id
  region_id        = data.maas_service.gateway.region_id
}

# Without content moderation, which an agreement has to be accepted for.
data "maas_agreement" "english" {}

resource "maas_endpoint" "drafts" {
  name         = "drafts"
  model_name   = "sandbox-chat-32k"
  moderation   = false
  agreement_id = data.maas_agreement.english.agreement_id
  enabled      = false
}
